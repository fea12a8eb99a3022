/** `tkguard help`: the commands and topics; the help of a command; the page of a topic. */
import type { Command } from 'commander';
import { drawPage } from '../report/help-page.ts';
import { usageError } from '../report/problems.ts';
import { TOPICS, type Topic } from '../words/help/index.ts';
import { type App, print } from './app.ts';
import { nameMeant } from './near-words.ts';

/** Throws `usage` for what is neither a command nor a topic. */
export async function showHelp(program: Command, word: string | undefined, app: App): Promise<void> {
  const commands = program.createHelp().visibleCommands(program);
  const command = word === undefined ? program : commands.find((known) => known.name() === word);
  if (command) return command.outputHelp();
  const name = word ?? '';
  if (!Object.hasOwn(TOPICS, name)) {
    const meant = nameMeant(name, [...commands.map((known) => known.name()), ...Object.keys(TOPICS)]);
    if (meant.name !== null) return showHelp(program, meant.name, app);
    throw usageError(app.t('usage.unknownTopic', { what: name }), meant.near, null);
  }
  const { default: page } = await TOPICS[name as Topic][app.lang]();
  const { getOutHelpWidth } = program.configureOutput();
  await print(drawPage(page, getOutHelpWidth?.() ?? 0, app.t), app);
}
