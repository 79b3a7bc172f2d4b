"""JSON of Qdrant's REST interface turned into requests of its engine, field by field. What is not turned is refused."""
import json

import qdrant_edge as edge


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def fields(value, *known):
    """The values of these fields of an object, which may have no others."""
    if not isinstance(value, dict):
        raise Refused(400, f"Format error in JSON body: expected an object, but got {json.dumps(value)[:80]}")
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise Refused(501, f"not turned into a request of the engine: {', '.join(unknown)}")
    return [value.get(name) for name in known]


def given(**values):
    return {name: value for name, value in values.items() if value is not None}


# Settings of collections.

INDEXES = {kind: getattr(edge.PayloadSchemaType, kind.capitalize()) for kind in ("keyword", "integer", "float", "bool", "datetime", "uuid")}
# What Qdrant takes for what is not said of an index; its engine has to be told.
HNSW = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10_000}


def config_of(value):
    vectors, sparse, optimizers = fields(value, "vectors", "sparse_vectors", "optimizers_config")
    # The unnamed vector goes by an empty name.
    named = {"": vectors} if isinstance((vectors or {}).get("size"), int) else vectors or {}
    return edge.EdgeConfig({name: dense_of(one) for name, one in named.items()}, {name: edge.EdgeSparseVectorParams(modifier=modifier_of(one)) for name, one in (sparse or {}).items()}, optimizers=optimizers_of(optimizers) if optimizers else None)


def optimizers_of(value):
    segments, threshold = fields(value, "default_segment_number", "indexing_threshold")
    return edge.EdgeOptimizersConfig(**given(default_segment_number=segments, indexing_threshold=threshold))


def dense_of(value):
    size, distance, on_disk, hnsw, quantization = fields(value, "size", "distance", "on_disk", "hnsw_config", "quantization_config")
    return edge.EdgeVectorParams(size, getattr(edge.Distance, distance), on_disk=on_disk, hnsw_config=hnsw and hnsw_of(hnsw), quantization_config=quantization and quantization_of(quantization))


def hnsw_of(value):
    m, ef_construct, threshold, threads, payload_m, on_disk = fields({**HNSW, **value}, "m", "ef_construct", "full_scan_threshold", "max_indexing_threads", "payload_m", "on_disk")
    return edge.HnswIndexConfig(m, ef_construct, threshold, **given(max_indexing_threads=threads, payload_m=payload_m, on_disk=on_disk))


def quantization_of(value):
    scalar, product, binary = fields(value, "scalar", "product", "binary")
    if scalar is not None:
        kind, quantile, always_ram = fields(scalar, "type", "quantile", "always_ram")
        return edge.ScalarQuantizationConfig(getattr(edge.ScalarType, kind.capitalize()), quantile, always_ram)
    if product is not None:
        compression, always_ram = fields(product, "compression", "always_ram")
        return edge.ProductQuantizationConfig(getattr(edge.CompressionRatio, compression.capitalize()), always_ram)
    return edge.BinaryQuantizationConfig(*fields(binary, "always_ram"))


def modifier_of(value):
    (modifier,) = fields(value, "modifier")
    if modifier not in (None, "idf"):
        raise Refused(501, f"the modifier {modifier} is not turned into a request of the engine")
    return modifier and edge.Modifier.Idf


# Filters.

def filter_of(value):
    must, should, must_not, min_should = fields(value, "must", "should", "must_not", "min_should")
    conditions = {name: [condition_of(one) for one in (some if isinstance(some, list) else [some])] for name, some in given(must=must, should=should, must_not=must_not).items()}
    if min_should is not None:
        some, min_count = fields(min_should, "conditions", "min_count")
        conditions["min_should"] = edge.MinShould([condition_of(one) for one in some], min_count)
    return edge.Filter(**conditions)


def condition_of(value):
    if "has_id" in value:
        return edge.HasIdCondition(set(*fields(value, "has_id")))
    if "is_empty" in value:
        return edge.IsEmptyCondition(*fields(*fields(value, "is_empty"), "key"))
    if "is_null" in value:
        return edge.IsNullCondition(*fields(*fields(value, "is_null"), "key"))
    if "key" not in value:
        return filter_of(value)
    key, match, bounds = fields(value, "key", "match", "range")
    return edge.FieldCondition(key, match and match_of(match), None if bounds is None else range_of(bounds))


MATCHES = {"value": edge.MatchValue, "any": edge.MatchAny, "except": edge.MatchExcept}


def match_of(value):
    fields(value, *MATCHES)
    ((name, wanted),) = value.items()
    return MATCHES[name](bool_(wanted) if isinstance(wanted, bool) else wanted)


class bool_:
    """The binding takes Python's own booleans for the numbers 0 and 1, but not those of numpy, as which this passes."""

    __module__ = "numpy"

    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value


def range_of(value):
    gt, gte, lt, lte = fields(value, "gt", "gte", "lt", "lte")
    bounds = given(gt=gt, gte=gte, lt=lt, lte=lte)
    return (edge.RangeDateTime if any(isinstance(one, str) for one in bounds.values()) else edge.RangeFloat)(**bounds)


# Points and queries.

def point_of(value):
    key, vector, payload = fields(value, "id", "vector", "payload")
    return edge.Point(key, {name: vector_of(one) for name, one in vector.items()} if isinstance(vector, dict) else vector, payload)


def vector_of(value):
    return edge.SparseVector(*fields(value, "indices", "values")) if isinstance(value, dict) else value


def query_of(shard, value):
    query, using, limit, offset, wanted, threshold, params, payload, vector = fields(value, "query", "using", "limit", "offset", "filter", "score_threshold", "params", "with_payload", "with_vector")
    if limit is not None and limit < 1:
        raise Refused(422, f"Validation error in JSON body: [limit: value {limit} invalid, must be 1 or larger]")
    name, points = using or "", []

    def resolved(one):
        """A point stands for its vector."""
        if isinstance(one, (list, dict)):
            return vector_of(one)
        points.append(one)
        (found,) = shard.retrieve([one], False, True) or [None]
        if found is None:
            raise Refused(404, f"Not found: No point with id {one} found")
        vectors = found.vector if isinstance(found.vector, dict) else {"": found.vector}
        if name not in vectors:
            raise Refused(404, f'Not found: Vector with name "{name}" for point')
        return vectors[name]

    if isinstance(query, dict) and "recommend" in query:
        target = average(*([resolved(one) for one in side or []] for side in examples_of(*fields(query, "recommend"))))
    else:
        target = resolved(query)
    filters = [] if wanted is None else [filter_of(wanted)]
    if points:
        filters.append(edge.Filter(must_not=[edge.HasIdCondition(set(points))]))
    return edge.QueryRequest(limit or 10, offset, edge.Query.Nearest(target, name), with_vector=vector, with_payload=payload,
                             filter=edge.Filter(must=filters) if filters else None, score_threshold=threshold, params=params and params_of(params))


def examples_of(value):
    positive, negative, strategy = fields(value, "positive", "negative", "strategy")
    if strategy not in (None, "average_vector"):
        raise Refused(501, f"the strategy {strategy} is not turned into a request of the engine")
    if not positive:
        raise Refused(400, "Wrong input: At least one positive vector ID required with this strategy")
    return positive, negative


def average(positive, negative):
    wanted, unwanted = ([sum(each) / len(side) for each in zip(*side)] for side in (positive, negative))
    return [2 * one - other for one, other in zip(wanted, unwanted)] if unwanted else wanted


def params_of(value):
    hnsw_ef, exact, quantization = fields(value, "hnsw_ef", "exact", "quantization")
    if quantization is not None:
        ignore, rescore, oversampling = fields(quantization, "ignore", "rescore", "oversampling")
        quantization = edge.QuantizationSearchParams(**given(ignore=ignore, rescore=rescore, oversampling=oversampling))
    return edge.SearchParams(**given(hnsw_ef=hnsw_ef, exact=exact, quantization=quantization))
