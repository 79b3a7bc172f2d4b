// The entry of a thread of its own: like the gateway's entry, it lets tsx run the sources as they are.
import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
