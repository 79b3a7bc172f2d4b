import { createClient } from 'odras-gateway/client';

/** The gateway that serves this page. */
export const gateway = createClient();

/** Asks, and ends what the same caller asked before; undefined if it was ended itself, so that a late answer never replaces a newer one. */
export const latest = () => {
  let controller;
  return async (document, variables) => {
    controller?.abort();
    controller = new AbortController();
    const { signal } = controller;
    const answer = await gateway.ask(document, variables, { signal });
    return signal.aborted ? undefined : answer;
  };
};
