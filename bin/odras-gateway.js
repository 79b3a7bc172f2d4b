#!/usr/bin/env node
// The sources are TypeScript; what runs is made from them when they have changed.
import { compile } from './compile.js';
import './heap.js';

await compile();
await import('../dist/src/cli.js');
