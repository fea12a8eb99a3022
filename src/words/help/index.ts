/** The topics of `tkguard help`, in the order of its list. A page is loaded when it is asked for. */
import type { Lang } from '../index.ts';

type Page = () => Promise<{ readonly default: string }>;

export const TOPICS = {
  files: { en: () => import('./files.en.md?raw'), zh: () => import('./files.zh.md?raw') },
  tables: { en: () => import('./tables.en.md?raw'), zh: () => import('./tables.zh.md?raw') },
  verdicts: { en: () => import('./verdicts.en.md?raw'), zh: () => import('./verdicts.zh.md?raw') },
  exit: { en: () => import('./exit.en.md?raw'), zh: () => import('./exit.zh.md?raw') },
  orders: { en: () => import('./orders.en.md?raw'), zh: () => import('./orders.zh.md?raw') },
  past: { en: () => import('./past.en.md?raw'), zh: () => import('./past.zh.md?raw') },
  money: { en: () => import('./money.en.md?raw'), zh: () => import('./money.zh.md?raw') },
  scripts: { en: () => import('./scripts.en.md?raw'), zh: () => import('./scripts.zh.md?raw') },
  alerts: { en: () => import('./alerts.en.md?raw'), zh: () => import('./alerts.zh.md?raw') },
  settings: { en: () => import('./settings.en.md?raw'), zh: () => import('./settings.zh.md?raw') },
  faults: { en: () => import('./faults.en.md?raw'), zh: () => import('./faults.zh.md?raw') },
  machines: { en: () => import('./machines.en.md?raw'), zh: () => import('./machines.zh.md?raw') },
  sql: { en: () => import('./sql.en.md?raw'), zh: () => import('./sql.zh.md?raw') },
} as const satisfies Readonly<Record<string, Readonly<Record<Lang, Page>>>>;

export type Topic = keyof typeof TOPICS;
