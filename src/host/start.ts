/**
 * Starts the program with the code that V8 made of it before, when it was built and asked one question (bin/build.js):
 * making that anew at every start took 12 of the 40 ms that the gate took beyond Node's own. It is kept for the version of
 * V8 and the kind of machine that made it; where there is none for this one, V8 compiles the program as it would any.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

interface Program {
  main(process: NodeJS.Process): Promise<number>;
}

/** Beside the program, both written by one build. */
export const CODE = join(__dirname, `main-${process.versions.v8}-${process.platform}-${process.arch}.code`);
const PROGRAM = join(__dirname, 'main.js');

/** The program, and the script that it is, whose code may be kept. */
export function loadProgram(): { readonly program: Program; readonly script: Script } {
  // The text is of ASCII alone. What Node wraps a file in is a line of its own, so that places in traces are those of the file.
  const text = readFileSync(PROGRAM, 'latin1');
  const cachedData = readCode();
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {\n${text}\n})`, {
    filename: PROGRAM,
    lineOffset: -1,
    ...(cachedData ? { cachedData } : {}),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, PROGRAM, __dirname);
  return { program: module.exports as Program, script };
}

function readCode(): Buffer | null {
  try {
    return readFileSync(CODE);
  } catch {
    return null;
  }
}
