declare module 'cli-table3/src/utils.js' {
  /** Columns on screen, as the tables count them. */
  export function strlen(text: string): number;
}
