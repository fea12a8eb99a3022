/** `tkguard release`: lets snapshots count that were held back. */
import { releaseFiles } from '../store/holds.ts';
import { holdCommand } from './hold.ts';

export const command = holdCommand('hold.released', releaseFiles);
