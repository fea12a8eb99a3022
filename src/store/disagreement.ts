/** Two rows of one file that cannot both be true. */
export interface Disagreement {
  readonly locator: number;
  readonly field: string;
  readonly found: string;
  readonly earlier: string;
}
