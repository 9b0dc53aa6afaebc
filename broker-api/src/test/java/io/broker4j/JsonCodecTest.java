package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

class JsonCodecTest {
    private static final TypeReference<List<Order>> ORDERS = new TypeReference<>() {};
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    record Order(String item, int count) {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void bindsGenericTypes() {
        JsonCodec<List<Order>> codec = JsonCodec.of(ORDERS);
        List<Order> orders = List.of(new Order("tea", 2), new Order("milk", 1));

        assertThat(codec.encode(orders))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("[{\"item\":\"tea\",\"count\":2},{\"item\":\"milk\",\"count\":1}]");
        assertThat(codec.decode(codec.encode(orders))).isEqualTo(orders);
    }

    @Test
    void ignoresUnknownPropertiesUnlessAMapperSaysOtherwise() {
        byte[] newer = bytes("{\"item\":\"tea\",\"count\":2,\"price\":3}");

        assertThat(JsonCodec.of(Order.class).decode(newer)).isEqualTo(new Order("tea", 2));
        assertThatThrownBy(() -> JsonCodec.of(Order.class).with(STRICT).decode(newer))
                .isInstanceOf(UnrecognizedPropertyException.class);
    }

    @Test
    void refusesTheDocumentNull() {
        assertThatThrownBy(() -> JsonCodec.of(ORDERS).decode(bytes("null"))).hasMessageContaining("Order");
    }

    @Test
    void isEqualToACodecOfTheSameMapperAndType() {
        assertThat(JsonCodec.of(ORDERS))
                .isEqualTo(JsonCodec.of(new TypeReference<List<Order>>() {}))
                .hasSameHashCodeAs(JsonCodec.of(new TypeReference<List<Order>>() {}))
                .isNotEqualTo(JsonCodec.of(Order.class))
                .isNotEqualTo(JsonCodec.of(ORDERS).with(STRICT));
    }

    /** Frameworks look at all methods of a class that they are given, also where Jackson is absent. */
    @Test
    void noOtherPublicTypeShowsJackson() {
        assertThat(Arrays.stream(Topic.class.getMethods()))
                .noneMatch(method -> method.toString().contains("tools.jackson"));
        assertThat(Arrays.stream(Codec.class.getMethods()))
                .noneMatch(method -> method.toString().contains("tools.jackson"));
    }
}
