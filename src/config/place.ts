/** Names of places in the configuration file. */

/** `sources`, then `sources[1]`, then `sources[1].url`. Keys that are no plain words stand in quotation marks. */
export function placeOf(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z]\w*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}
