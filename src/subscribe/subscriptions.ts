import { execute, type DocumentNode, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { setTimeout as pause } from 'node:timers/promises';
import { engineFor, type Engine } from '../engine.js';
import { GatewayError } from '../errors.js';
import type { Callers } from '../execute/callers.js';
import type { RequestContext } from '../execute/context.js';
import { nameOf } from '../feed/captured.js';
import type { Feed } from '../feed/feed.js';
import { writePosition, type Position } from '../feed/position.js';
import { changingTypes } from '../model/subscription-sdl.js';
import type { TableType } from '../model/types.js';
import { callerOf, type Identity } from '../predicate/caller.js';
import { fragmentsOf, rootFields } from '../query/selection.js';
import { Ending } from '../stores/ending.js';
import { ChangeView } from './change-view.js';
import { EventQueue, type Encoded, type QueueLimits } from './event-queue.js';

/** How long after a failure of a store the changes are asked for again, in milliseconds. */
const AGAIN_MS = 1_000;

/** Codes of failures that pass. */
const PASSING: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'STORE_TIMEOUT', 'POOL_EXHAUSTED', 'REQUEST_TIMEOUT']);

export interface SubscriptionsOptions extends Partial<QueueLimits> {
  readonly engine: Engine;
  readonly schema: GraphQLSchema;
  readonly callers: Callers;
  /** The change feed; undefined where there is none. */
  readonly feed: Feed | undefined;
  /** Why a type's changes are not in the feed; undefined if they are. */
  readonly missing?: ((type: TableType) => string | undefined) | undefined;
  /** Subscriptions that may be open. @default 20_000 */
  readonly maxSubscriptions?: number | undefined;
  /** How long the reading for some changes may take, in milliseconds. @default 10_000 */
  readonly requestTimeoutMs?: number | undefined;
}

/** A subscription as a client asks for it: validated. */
export interface Subscribing {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As sent, and as the schema has coerced them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly coerced: Readonly<Record<string, unknown>>;
  /** Finds out again who subscribes. @throws GatewayError UNAUTHENTICATED when the credentials have expired or are no longer good */
  readonly identify: () => Identity | Promise<Identity>;
}

interface Subscriber {
  readonly queue: EventQueue;
  readonly identify: Subscribing['identify'];
}

/** Equal subscriptions of callers who see the same: changes are read and completed once for all of them. */
interface Group {
  readonly name: string | undefined;
  readonly view: ChangeView;
  readonly table: string;
  readonly responseKey: string;
  readonly subscribing: Subscribing;
  readonly subscribers: Set<Subscriber>;
  readonly end: AbortController;
  position: Position;
}

/** Subscriptions to changes. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions & QueueLimits;
  readonly #groups = new Map<string, Group>();
  readonly #all = new Set<Group>();
  readonly #documents = new WeakMap<DocumentNode, number>();
  readonly #types: ReadonlyMap<string, TableType>;
  readonly #maximum: number;
  #open = 0;
  #count = 0;

  constructor(options: SubscriptionsOptions) {
    this.#options = { maxEvents: 1_000, maxBytes: 8_388_608, ...options };
    this.#types = changingTypes(options.engine.model);
    this.#maximum = options.maxSubscriptions ?? 20_000;
  }

  /** @throws GatewayError for arguments that are refused, RESYNC_REQUIRED, FEED_MISSING and the like */
  async subscribe(subscribing: Subscribing): Promise<EventQueue> {
    const { engine, schema, feed, missing } = this.#options;
    if (!feed) throw new GatewayError('FEED_OFF');
    if (this.#open >= this.#maximum) throw new GatewayError('TOO_MANY_SUBSCRIPTIONS', { maximum: this.#maximum });
    const { document, operation, coerced } = subscribing;
    const info = { schema, fragments: fragmentsOf(document), variableValues: { ...coerced } };
    const [selected] = rootFields(info, schema.getSubscriptionType()!, operation);
    const type = selected && this.#types.get(selected.name);
    if (!type) throw new GatewayError('BAD_INPUT', { argument: 'selection', field: 'subscription', detail: 'expected a subscription' });
    const why = missing?.(type);
    if (why !== undefined) throw new GatewayError('FEED_MISSING', { detail: why });
    const identity = await subscribing.identify();
    const caller = callerOf(identity);
    const scoped = engineFor(engine, caller);
    const { after } = selected.args as { readonly after?: string | null };
    const isLive = after === undefined || after === null;
    const name = isLive ? this.#nameOf(subscribing, scoped, identity) : undefined;
    const known = name === undefined ? undefined : this.#groups.get(name);
    const position = known?.position ?? (isLive ? await feed.end() : await feed.start(after, selected.name));
    // Another one may have begun meanwhile.
    let group = name === undefined ? undefined : this.#groups.get(name);
    if (!group) {
      group = {
        name,
        view: new ChangeView(scoped, type, info, selected, selected.args),
        table: nameOf(type.table),
        responseKey: selected.responseKey,
        subscribing,
        subscribers: new Set(),
        end: new AbortController(),
        position,
      };
      this.#all.add(group);
      if (name !== undefined) this.#groups.set(name, group);
      void this.#run(group, feed);
    }
    const joined = group;
    this.#open += 1;
    const subscriber: Subscriber = {
      identify: subscribing.identify,
      queue: new EventQueue(this.#options, writePosition(position), () => this.#leave(joined, subscriber)),
    };
    group.subscribers.add(subscriber);
    return subscriber.queue;
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const group of this.#all) for (const { queue } of group.subscribers) void queue.return();
  }

  #leave(group: Group, subscriber: Subscriber): void {
    if (group.subscribers.delete(subscriber)) this.#open -= 1;
    if (group.subscribers.size > 0) return;
    group.end.abort();
    this.#all.delete(group);
    if (group.name !== undefined && this.#groups.get(group.name) === group) this.#groups.delete(group.name);
  }

  /** Equal for subscriptions that are told the same: values of callers are part of the rules of their scope. */
  #nameOf({ document, operation, variables }: Subscribing, { scope, access }: Engine, { kind, id, roles, claims }: Identity): string {
    let number = this.#documents.get(document);
    if (number === undefined) this.#documents.set(document, (number = this.#count += 1));
    return JSON.stringify([number, operation.name?.value, variables, scope, access ? [kind, id, roles, claims] : []]);
  }

  async #run(group: Group, feed: Feed): Promise<void> {
    const { signal } = group.end;
    while (!signal.aborted) {
      try {
        for await (const { changes, end } of feed.pages(group.position, signal)) {
          const mine = changes.filter(({ table }) => table === group.table);
          if (mine.length > 0) await this.#tell(group, mine);
          group.position = end;
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof GatewayError && PASSING.has(error.code))) {
          for (const { queue } of [...group.subscribers]) queue.fail(error as Error);
          return;
        }
        await pause(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  async #tell(group: Group, changes: Parameters<ChangeView['events']>[1]): Promise<void> {
    await this.#checkAll(group);
    let request: { readonly context: RequestContext; readonly timer: NodeJS.Timeout } | undefined;
    const open = async (): Promise<RequestContext> => {
      clearTimeout(request?.timer);
      return (request = await this.#openRequest(group)).context;
    };
    try {
      for await (const events of group.view.events(open, changes))
        for (const { position, object } of events) {
          if (group.end.signal.aborted) return;
          const event = await this.#complete(group, request!.context, position, object);
          for (const { queue } of group.subscribers) queue.push(event);
        }
    } finally {
      clearTimeout(request?.timer);
    }
  }

  /** Ends the subscriptions of those whose credentials are no longer good. */
  async #checkAll({ subscribers }: Group): Promise<void> {
    for (const { queue, identify } of [...subscribers]) {
      try {
        const identity = identify();
        if (identity instanceof Promise) await identity;
      } catch (error) {
        queue.fail(error as Error);
      }
    }
  }

  async #openRequest({ subscribers }: Group): Promise<{ readonly context: RequestContext; readonly timer: NodeJS.Timeout }> {
    const { callers, requestTimeoutMs: timeoutMs = 10_000 } = this.#options;
    const [first] = subscribers;
    if (!first) throw new GatewayError('REQUEST_CANCELLED');
    const signal = new Ending();
    const timer = signal.abortAfter(timeoutMs).unref();
    return { context: await callers.open(await first.identify(), { signal }), timer };
  }

  async #complete({ subscribing, responseKey }: Group, context: RequestContext, position: string, object: object): Promise<Encoded> {
    const { document, operation, variables } = subscribing;
    const result: ExecutionResult = await execute({
      schema: this.#options.schema,
      document,
      rootValue: { [responseKey]: object },
      contextValue: context,
      variableValues: variables,
      operationName: operation.name?.value ?? null,
    });
    return { result, position, size: JSON.stringify(result).length };
  }
}
