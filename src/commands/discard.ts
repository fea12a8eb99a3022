/** `tkguard discard`: throws snapshots away. */
import { discardFiles } from '../store/holds.ts';
import { holdCommand } from './hold.ts';

export const command = holdCommand('hold.discarded', discardFiles);
