import { setFlagsFromString } from 'node:v8';

/** By how much old objects may grow before they are collected again. V8's own measure goes up to 300 %. */
const GROWTH_PERCENT = 30;

/**
 * Keeps the process small under load. Answers under way outlive the young generation, so V8 takes the old one for growing and lets it
 * reach twice its need, 390 MiB. Each collection goes through the schemas as well, so it must not come too often: at 10 %, collections
 * were half of the CPU time of nested lists, for 10 MiB less than at 30 %.
 */
setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
