import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/settings.js';

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly disable?: boolean };
  readonly volumes?: readonly string[];
}

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const image = read('Dockerfile');

/** No engine for containers is at hand where the suites run: these hold what the files say against each other and against the gateway. */
describe('the container', () => {
  it('runs the newest Node that the package is made for', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const newest = Math.max(...engines.node.match(/(?<=\^)\d+/g)!.map(Number));
    expect([...image.matchAll(/^FROM node:(\S+)/gm)].map(([, tag]) => tag)).toEqual([`${newest}-slim`, `${newest}-slim`]);
  });

  it('counts as well once the gateway is ready, and not only alive', () => {
    expect(/^HEALTHCHECK [\s\S]*?(\/health\/\w+)/m.exec(image)![1]).toBe('/health/ready');
  });

  it('holds every folder that is copied into it', () => {
    const copied = [...image.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '));
    const sent = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect([...new Set(copied)].sort()).toEqual(sent.sort());
  });
});

describe('the compose file', () => {
  const services = Object.entries(compose.services);

  it('gives the gateway settings that there are', () => {
    const names = Object.keys(compose.services['gateway']!.environment!);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !(name in SETTINGS))).toEqual([]);
  });

  it('waits for services that are there, and for health where it is asked', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(compose.services, `${name} waits for ${other}`).toHaveProperty(other);
        if (condition === 'service_healthy') expect(compose.services[other]!.healthcheck, `${name} waits for ${other}`).toBeDefined();
      }
    }
  });

  it('names its volumes', () => {
    expect(services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0])).sort()).toEqual(
      Object.keys(compose.volumes).sort(),
    );
  });

  it('has Neo4j install Graph Data Science', () => {
    expect(JSON.parse(compose.services['neo4j']!.environment!['NEO4J_PLUGINS']!)).toEqual(['graph-data-science']);
  });
});
