/** What the cells of an unknown column look like. Evidence for a person, from which no unit is ever guessed. */
import { foldWidth } from '../domain/rate.ts';
import { parseTime } from '../domain/time.ts';
import { cleanCell, idCell, isBlank } from './cells.ts';

export const LOOKS = ['empty', 'percent', 'number', 'id', 'time', 'link', 'text'] as const;
export type Look = (typeof LOOKS)[number];

export interface Evidence {
  readonly look: Look;
  /** Cells that say something, of those looked at. */
  readonly filled: number;
  readonly cells: number;
  /** Of numbers, with or without a percent sign: as they stand in the file. */
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly allWhole: boolean;
  readonly percentSigns: number;
  /** Different cells, the first few. */
  readonly samples: readonly string[];
}

const SAMPLES = 3;
const NUMBER = /^-?\d{1,15}(\.\d+)?$/;

export function lookAt(cells: readonly string[]): Evidence {
  const filled = cells.map(cleanCell).filter((cell) => !isBlank(cell));
  const signs = filled.filter((cell) => cell.endsWith('%'));
  const bare = filled.map((cell) => cell.replace(/\s*%$/, ''));
  const numbers = bare.filter((cell) => NUMBER.test(cell));
  const sorted = [...numbers].sort((a, b) => Number(a) - Number(b));
  return {
    look: lookOf(filled, signs.length, numbers.length),
    filled: filled.length,
    cells: cells.length,
    lowest: sorted[0] ?? null,
    highest: sorted.at(-1) ?? null,
    allWhole: numbers.length > 0 && numbers.every((cell) => !cell.includes('.')),
    percentSigns: signs.length,
    samples: [...new Set(filled)].slice(0, SAMPLES),
  };
}

function lookOf(filled: readonly string[], signs: number, numbers: number): Look {
  if (filled.length === 0) return 'empty';
  const most = (test: (cell: string) => boolean) => filled.filter(test).length * 10 >= filled.length * 9;
  if (signs > 0 && numbers * 10 >= filled.length * 9) return 'percent';
  if (most((cell) => /^\d{8,20}$/.test(cell) && !parseTime(cell))) return 'id';
  if (numbers * 10 >= filled.length * 9) return 'number';
  if (most((cell) => parseTime(cell) !== null)) return 'time';
  if (most((cell) => /^(https?:)?\/\//.test(foldWidth(cell)))) return 'link';
  // Opaque ids since 2022 mix capitals, small letters and digits (formats.md §1.3).
  if (
    most(
      (cell) =>
        cell.length >= 16 &&
        typeof idCell(cell) === 'string' &&
        /\d/.test(cell) &&
        /[A-Z]/.test(cell) &&
        /[a-z]/.test(cell),
    )
  )
    return 'id';
  return 'text';
}
