/** What is imported with `?raw` is text, in the build (bin/build.js) as in the tests (vite knows it). */
declare module '*?raw' {
  const text: string;
  export = text;
}
