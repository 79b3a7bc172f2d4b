import { defineConfig, mergeConfig } from 'vitest/config';
import full from './vitest.full.config.js';
export default mergeConfig(full, defineConfig({ test: { env: { ROUNDS: 'quick' } } }));
