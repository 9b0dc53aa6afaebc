package io.broker4j.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object, read strictly: nothing after it, no name twice, and every field of the type asked for. Fields nobody
 * asks for are ignored.
 */
final class JsonDocument {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;

    private JsonDocument(JsonNode object) {
        this.object = object;
    }

    static JsonDocument parse(String text) throws MalformedFrameException {
        try {
            return of(MAPPER.readTree(text));
        } catch (JacksonException broken) {
            throw new MalformedFrameException("not one JSON document", broken);
        }
    }

    boolean has(String field) {
        return object.has(field);
    }

    String string(String field) throws MalformedFrameException {
        JsonNode value = object.path(field);
        if (!value.isString()) {
            throw new MalformedFrameException(field + " must be a string");
        }
        return value.stringValue();
    }

    Optional<String> optionalString(String field) throws MalformedFrameException {
        return object.has(field) ? Optional.of(string(field)) : Optional.empty();
    }

    long integer(String field) throws MalformedFrameException {
        JsonNode value = object.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new MalformedFrameException(field + " must be an integer");
        }
        return value.longValue();
    }

    JsonDocument object(String field) throws MalformedFrameException {
        return of(object.path(field));
    }

    /** The objects of an array; none if there is no such field. */
    List<JsonDocument> objects(String field) throws MalformedFrameException {
        if (!object.has(field)) {
            return List.of();
        }
        if (!object.path(field).isArray()) {
            throw new MalformedFrameException(field + " must be an array");
        }
        List<JsonDocument> objects = new ArrayList<>();
        for (JsonNode element : object.path(field)) {
            objects.add(of(element));
        }
        return objects;
    }

    private static JsonDocument of(JsonNode node) throws MalformedFrameException {
        if (!node.isObject()) {
            throw new MalformedFrameException("a JSON object was expected");
        }
        return new JsonDocument(node);
    }
}
