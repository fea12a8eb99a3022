/** Time zones: how far the clock on the wall is ahead of UTC. Exports' own times are China's, whatever zone the user lives in. */

const HOUR_MS = 3_600_000;

export interface Zone {
  /** As the IANA calls it. */
  readonly name: string;
  offsetMs(atMs: number): number;
}

/** No daylight saving since 1991. */
export const CHINA: Zone = { name: 'Asia/Shanghai', offsetMs: () => 8 * HOUR_MS };

/** Throws a RangeError for a name that is no zone's. */
export function zoneOf(name: string): Zone {
  // Making a formatter takes 3 ms.
  if (name === CHINA.name) return CHINA;
  const format = new Intl.DateTimeFormat('en', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return {
    name,
    offsetMs(atMs) {
      const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
      const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
      const day = Date.UTC(part('year'), part('month') - 1, part('day'));
      const wallMs = day + (part('hour') * 3600 + part('minute') * 60 + part('second')) * 1000;
      return wallMs - Math.floor(atMs / 1000) * 1000;
    },
  };
}

/** The instant at which the wall clock shows `wallMs` (as if it were UTC); in an hour that a change of clocks skips, the hour after it. */
export function instantOf(wallMs: number, zone: Zone): number {
  if (zone.name === CHINA.name) return wallMs - zone.offsetMs(wallMs);
  const before = wallMs - zone.offsetMs(wallMs - 24 * HOUR_MS);
  const after = wallMs - zone.offsetMs(wallMs + 24 * HOUR_MS);
  const fits = [before, after].filter((ms) => ms + zone.offsetMs(ms) === wallMs);
  return fits.length > 0 ? Math.min(...fits) : before;
}
