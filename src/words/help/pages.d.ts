/** A page of help is text, in the build (bin/build.js) as in the tests (vite knows `?raw`). */
declare module '*.md?raw' {
  const text: string;
  export = text;
}
