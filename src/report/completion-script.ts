/** The completion script of a shell. */
import { completeBash } from './complete-bash.ts';
import { completeFish } from './complete-fish.ts';
import { completeZsh } from './complete-zsh.ts';
import type { ProgramModel } from './program-model.ts';

export function completionScript(shell: 'bash' | 'zsh' | 'fish', program: ProgramModel): string {
  switch (shell) {
    case 'bash':
      return completeBash(program);
    case 'zsh':
      return completeZsh(program);
    case 'fish':
      return completeFish(program);
    default:
      return shell satisfies never;
  }
}
