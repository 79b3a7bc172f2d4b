/** Errors have the `status` of the REST answer, as the Qdrant client's have. */
const failure = (status: number, message: string) => Object.assign(new Error(message), { status });

export const notFound = (message: string) => failure(404, `Not Found: ${message}`);
export const badRequest = (message: string) => failure(400, `Bad Request: ${message}`);
export const conflict = (message: string) => failure(409, `Conflict: ${message}`);
