#!/usr/bin/env node
// The sources are TypeScript and run as they are: tsx strips their types.
import { register } from 'tsx/esm/api';

register();
await import('../src/cli.ts');
