/** An object with the same keys, and of each value what is made of it. */
export function mapValues<V, W>(values: Readonly<Record<string, V>>, make: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, make(value)]));
}
