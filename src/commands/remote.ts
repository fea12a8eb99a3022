/** `tkguard remote`: where machines leave their ledgers for each other. */
import { resolve } from 'node:path';
import { describeSecret, redactAddress } from '../config/secret.ts';
import type { ConfigRemote } from '../config/shape.ts';
import { TkguardError } from '../errors.ts';
import { belowHome } from '../host.ts';
import { deedOf } from '../report/done-report.ts';
import { type App, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { choiceOf } from './option-values.ts';
import { OUTPUT, type Values } from './options.ts';
import { editRemotes, machineName } from './share.ts';

const ACTIONS = ['list', 'add', 'remove'] as const;
const OPTIONS = ['secret-env', 'secret-file', 'share-orders', ...OUTPUT] as const;

export const command = defineCommand({
  options: OPTIONS,
  argument: { flags: '[words...]', name: 'remote' },
  async run(o, app, [word = 'list', name, place]) {
    const { t } = app;
    const action = choiceOf('remote', word, ACTIONS);
    const option = (['env', 'file', 'orders'] as const).find((one) => o[one] !== undefined);
    if (option && action !== 'add') throw new TkguardError('only-with', { option: `--${option}`, needed: 'add' });
    const { remotes = {} } = app.config().values;
    const known = Object.keys(remotes);
    if (action === 'list') {
      const machine = machineName(app);
      const shown = Object.entries(remotes).map(([name, remote]) =>
        deedOf(t, remote.orders ? 'remote.listed-orders' : 'remote.listed', {
          remote: name,
          place: placeShown(remote),
          machine,
        }),
      );
      return writeDone(shown, o.format, app, t('remote.none'));
    }
    if (name === undefined)
      throw new TkguardError('bad-option', { option: `remote ${action}`, value: '', expected: 'studio' });
    if (action === 'remove') {
      if (!known.includes(name))
        throw new TkguardError('bad-option', { option: 'remote', value: name, expected: known.join(', ') || '—' });
      await editRemotes([name], undefined, app);
      return writeDone([deedOf(t, 'remote.removed', { remote: name })], o.format, app);
    }
    if (known.includes(name)) throw new TkguardError('remote-exists', { remote: name });
    const remote = { ...remoteOf(place, o, app), ...(o.orders && { orders: true }) };
    await editRemotes([name], remote, app);
    await writeDone([deedOf(t, 'remote.added', { remote: name, place: placeShown(remote) })], o.format, app);
  },
});

function placeShown({ folder, url }: ConfigRemote): string {
  return folder ?? describeSecret(url ?? '', redactAddress);
}

function remoteOf(place: string | undefined, o: Values<(typeof OPTIONS)[number]>, { host }: App): ConfigRemote {
  const given = [place, o.env, o.file].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new TkguardError('bad-option', {
      option: 'remote add',
      value: given.join(' '),
      expected: '/mnt/nas/tkguard, postgres://host/database, --env NAME, --file /path',
    });
  if (o.env !== undefined) return { url: { env: o.env } };
  if (o.file !== undefined) return { url: { file: resolve(belowHome(o.file, host) ?? o.file) } };
  if (place === undefined || /^postgres(ql)?:\/\//.test(place)) return { url: place ?? '' };
  return { folder: resolve(belowHome(place, host) ?? place) };
}
