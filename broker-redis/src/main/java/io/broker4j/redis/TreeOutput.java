package io.broker4j.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads any reply: numbers as {@code Long}, words as {@code byte[]}, arrays as lists, a map as a
 * list in which names and values alternate. Then a function turns the reply into the result.
 */
final class TreeOutput<T> extends CommandOutput<byte[], byte[], T> {
    private final Function<Object, T> meaning;
    private final Deque<List<Object>> open = new ArrayDeque<>();
    private Object root = List.of();

    /**
     * @param meaning turns the reply into the result; for null it gets an empty list, as for an
     *     empty array
     */
    @SuppressWarnings("NullAway") // there is no value before there is a reply
    TreeOutput(Function<Object, T> meaning) {
        super(ByteArrayCodec.INSTANCE, null);
        this.meaning = meaning;
    }

    /** The value of a name in a map. */
    static Object under(String name, Object tree) {
        List<?> flat = list(tree);
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            if (name.equals(new String((byte[]) flat.get(i), StandardCharsets.US_ASCII))) {
                return flat.get(i + 1);
            }
        }
        throw new IllegalArgumentException("the reply has no " + name);
    }

    static List<?> list(Object tree) {
        return (List<?>) tree;
    }

    static long number(Object tree) {
        return (Long) tree;
    }

    private void add(Object value) {
        List<Object> parent = open.peek();
        if (parent == null) {
            root = value;
        } else {
            parent.add(value);
        }
    }

    @Override
    public void multi(int count) {
        List<Object> list = new ArrayList<>();
        add(list);
        open.push(list);
    }

    @Override
    public void set(@Nullable ByteBuffer word) {
        if (word == null) {
            add(List.of());
        } else {
            byte[] copy = new byte[word.remaining()];
            word.get(copy);
            add(copy);
        }
    }

    @Override
    public void set(long number) {
        add(number);
    }

    @Override
    public void complete(int left) {
        while (open.size() > left) {
            open.pop();
        }
    }

    @Override
    public T get() {
        return meaning.apply(root);
    }
}
