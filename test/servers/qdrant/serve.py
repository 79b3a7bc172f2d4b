"""Qdrant's engine behind the part of Qdrant's REST interface that the gateway uses. For tests only.

What it is: segments, indexes, filters, scores and storage are those of Qdrant, whose engine qdrant-edge-py has compiled in.
turn.py turns JSON into its requests, this file its answers into JSON. A field, a condition or an address that is not turned
is refused with 501, never passed over.

What it is not: Qdrant's server. Some of its answers Qdrant reckons outside its engine, so that is written here once more: a
point as a query (its vector is looked up, and it is left out of the answer), the strategy average_vector of recommend, the
statuses of errors, and the sizes in /telemetry. There are no shards, replicas, aliases, snapshots or keys, and what Qdrant
does in the background, such as making indexes of vectors, is done before an update is answered.
"""
import argparse
import json
import shutil
import signal
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import qdrant_edge as edge
from qdrant_edge import UpdateOperation
from turn import HNSW, INDEXES, Refused, config_of, fields, filter_of, given, modifier_of, point_of, query_of


class Collections:
    """Each is a shard of the engine in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.shards = {path.name: edge.EdgeShard.load(str(path)) for path in folder.iterdir()}

    def close(self):
        for shard in self.shards.values():
            shard.close()

    def shard(self, name):
        if name not in self.shards:
            raise Refused(404, f"Not found: Collection `{name}` doesn't exist!")
        return self.shards[name]

    def config(self, name):
        """As the engine keeps it, in the words of REST."""
        return json.loads((self.folder / name / "edge_config.json").read_text())

    def update(self, name, operation):
        shard = self.shard(name)
        shard.update(operation)
        shard.optimize()
        return {"operation_id": 0, "status": "completed"}

    def all(self, _):
        return {"collections": [{"name": name} for name in self.shards]}

    def info(self, _, name):
        info, config = self.shard(name).info(), self.config(name)
        vectors, sparse = config.get("vectors", {}), config.get("sparse_vectors")
        return {
            "status": "green",
            "optimizer_status": "ok",
            "points_count": info.points_count,
            "indexed_vectors_count": info.indexed_vectors_count,
            "segments_count": info.segments_count,
            "config": {"params": {"vectors": vectors[""] if list(vectors) == [""] else vectors, **given(sparse_vectors=sparse)}, "hnsw_config": HNSW},
            "payload_schema": {key: {"data_type": str(one.data_type).split(".")[-1].lower(), "points": one.points} for key, one in info.payload_schema.items()},
        }

    def create(self, body, name):
        if name in self.shards:
            raise Refused(409, f"Wrong input: Collection `{name}` already exists!")
        config, path = config_of(body), self.folder / name
        path.mkdir()
        self.shards[name] = edge.EdgeShard.create(str(path), config)
        return True

    def change(self, body, name):
        shard, held = self.shard(name), self.config(name)
        for vector, settings in fields(body, "vectors")[0].items():
            if vector not in held["vectors"]:
                raise Refused(400, f"Wrong input: Not existing vector name error: {vector}")
            hnsw, quantization, on_disk = fields(settings, "hnsw_config", "quantization_config", "on_disk")
            one = held["vectors"][vector]
            one.update(given(on_disk=on_disk, hnsw_config=hnsw and {**one.get("hnsw_config", {}), **hnsw}, quantization_config=quantization))
        # The engine keeps these under a name of its own, those that are not said as nulls.
        held["optimizers_config"] = given(**held.pop("optimizers", {}))
        config = config_of(held)
        shard.close()
        self.shards[name] = edge.EdgeShard.load(str(self.folder / name), config)
        self.shards[name].optimize()
        return True

    def drop(self, _, name):
        if name not in self.shards:
            return False
        self.shards.pop(name).close()
        shutil.rmtree(self.folder / name)
        return True

    def add_vector(self, body, name, vector):
        return self.update(name, UpdateOperation.create_sparse_vector(vector, modifier_of(*fields(body, "sparse"))))

    def add_index(self, body, name):
        key, kind = fields(body, "field_name", "field_schema")
        if kind not in INDEXES:
            raise Refused(501, f"the index {kind} is not turned into a request of the engine")
        return self.update(name, UpdateOperation.create_field_index(key, INDEXES[kind]))

    def upsert(self, body, name):
        return self.update(name, UpdateOperation.upsert_points([point_of(point) for point in fields(body, "points")[0]]))

    def delete(self, body, name):
        points, wanted = fields(body, "points", "filter")
        return self.update(name, UpdateOperation.delete_points_by_filter(filter_of(wanted)) if points is None else UpdateOperation.delete_points(points))

    def retrieve(self, body, name):
        ids, payload, vector = fields({"with_payload": True, **body}, "ids", "with_payload", "with_vector")
        return [point_to_json(point) for point in self.shard(name).retrieve(ids, payload, vector)]

    def scroll(self, body, name):
        offset, limit, wanted, payload, vector = fields({"with_payload": True, **body}, "offset", "limit", "filter", "with_payload", "with_vector")
        points, following = self.shard(name).scroll(edge.ScrollRequest(offset, limit, wanted and filter_of(wanted), payload, vector))
        return {"points": [point_to_json(point) for point in points], "next_page_offset": id_to_json(following)}

    def count(self, body, name):
        wanted, exact = fields({"exact": True, **body}, "filter", "exact")
        return {"count": self.shard(name).count(edge.CountRequest(exact, wanted and filter_of(wanted)))}

    def query(self, body, name):
        shard = self.shard(name)
        found = shard.query_batch(edge.QueryBatchRequest([query_of(shard, one) for one in fields(body, "searches")[0]]))
        return [{"points": [{**point_to_json(point), "version": point.version, "score": point.score} for point in points]} for points in found]

    def telemetry(self, _):
        return {"collections": {"collections": [{"id": name, "shards": [{"local": sizes(shard)}]} for name, shard in self.shards.items()]}}


def id_to_json(value):
    return value if value is None or isinstance(value, int) else str(value)


def vector_to_json(value):
    if isinstance(value, dict):
        return {name: vector_to_json(one) for name, one in value.items()}
    return {"indices": value.indices, "values": value.values} if isinstance(value, edge.SparseVector) else value


def point_to_json(point):
    return {"id": id_to_json(point.id), **given(payload=point.payload, vector=vector_to_json(point.vector))}


def sizes(shard):
    """The engine does not tell them: of numbers 4 bytes each, of payloads their text."""
    points, _ = shard.scroll(edge.ScrollRequest(limit=max(1, shard.info().points_count), with_payload=True, with_vector=True))
    vectors = [vector for point in points for vector in (point.vector.values() if isinstance(point.vector, dict) else [point.vector])]
    return {
        "vectors_size_bytes": sum(8 * len(one.indices) if isinstance(one, edge.SparseVector) else 4 * len(one) for one in vectors),
        "payloads_size_bytes": sum(len(json.dumps(point.payload)) for point in points),
    }


ROUTES = {
    "GET": lambda collections, body: {"title": "Qdrant's engine, for tests", "version": version("qdrant-edge-py")},
    "GET telemetry": Collections.telemetry,
    "GET collections": Collections.all,
    "GET collections *": Collections.info,
    "PUT collections *": Collections.create,
    "PATCH collections *": Collections.change,
    "DELETE collections *": Collections.drop,
    "PUT collections * vectors *": Collections.add_vector,
    "PUT collections * index": Collections.add_index,
    "PUT collections * points": Collections.upsert,
    "POST collections * points": Collections.retrieve,
    "POST collections * points delete": Collections.delete,
    "POST collections * points scroll": Collections.scroll,
    "POST collections * points count": Collections.count,
    "POST collections * points query batch": Collections.query,
}
# Sizes are always told in full, and every update is waited for.
PARAMETERS = {("details_level", "3"), ("wait", "true")}


def answer(collections, method, target, body):
    url = urlsplit(target)
    parts = [unquote(part) for part in url.path.split("/") if part]
    names = {1, 3} if parts[2:3] == ["vectors"] else {1}
    route = " ".join([method, *("*" if index in names else part for index, part in enumerate(parts))])
    if route not in ROUTES or set(parse_qsl(url.query)) - PARAMETERS:
        raise Refused(501, f"{method} {target} is not served here")
    return ROUTES[route](collections, body, *(part for index, part in enumerate(parts) if index in names))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    turns = threading.Lock()

    def handle_any(self):
        text = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            with self.turns:
                result = answer(self.server.collections, self.command, self.path, json.loads(text or "null"))
            self.send_json(200, {"result": result, "status": "ok"})
        except Refused as error:
            self.send_json(error.status, {"status": {"error": str(error)}})
        except Exception as error:
            # The engine raises these for what it does not take; any other is a fault of these files.
            is_refusal = type(error) in (Exception, ValueError, TypeError, OverflowError)
            if not is_refusal:
                traceback.print_exc()
            self.send_json(400 if is_refusal else 500, {"status": {"error": f"Wrong input: {error}"}})

    def send_json(self, status, content):
        data = json.dumps({**content, "time": 0}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = handle_any

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    server.collections = Collections(options.folder)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    # Between two requests, with all that was written on disk.
    with Handler.turns:
        server.collections.close()


main()
