package io.broker4j.chat;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The page, in memory. Only what is listed here exists: a path is looked up as it came, so there is nothing to traverse.
 */
final class StaticFiles {
    static final List<String> NAMES = List.of(
            "index.html",
            "chat.css",
            "favicon.svg",
            "app.js",
            "chat.js",
            "composer.js",
            "connection.js",
            "identity.js",
            "log.js",
            "outbox.js",
            "pace.js",
            "room-list.js",
            "rooms.js",
            "status.js",
            "text.js");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private record File(String type, String etag, byte[] plain, byte[] gzipped) {}

    private final Map<String, File> byPath;

    private StaticFiles(Map<String, File> byPath) {
        this.byPath = byPath;
    }

    /** Reads them all, once. */
    static StaticFiles load() {
        Map<String, File> files = new HashMap<>();
        for (String name : NAMES) {
            files.put("/" + name, file(name));
        }
        files.put("/", files.get("/index.html"));
        return new StaticFiles(Map.copyOf(files));
    }

    /** The answer to a GET of {@code path}, or empty if there is no such file. */
    Optional<FullHttpResponse> get(String path, HttpHeaders request) {
        return Optional.ofNullable(byPath.get(path)).map(file -> answer(file, request));
    }

    private static FullHttpResponse answer(File file, HttpHeaders request) {
        boolean zip = acceptsGzip(request);
        String etag = zip ? file.etag + "-gzip\"" : file.etag + "\"";
        boolean known = request.getAllAsString(HttpHeaderNames.IF_NONE_MATCH).stream()
                .anyMatch(tags -> tags.contains(etag) || tags.equals("*"));
        FullHttpResponse response = known
                ? Replies.of(HttpResponseStatus.NOT_MODIFIED, file.type, new byte[0])
                : Replies.of(HttpResponseStatus.OK, file.type, zip ? file.gzipped : file.plain);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.ETAG, etag);
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
        headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        if (known) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (zip) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        }
        return response;
    }

    private static boolean acceptsGzip(HttpHeaders request) {
        return request.getAllAsString(HttpHeaderNames.ACCEPT_ENCODING).stream()
                .flatMap(codings -> List.of(codings.split(",")).stream())
                .anyMatch(coding -> coding.strip().matches("(?i)gzip(\\s*;\\s*q=(1.*|0\\.0*[1-9].*))?"));
    }

    private static File file(String name) {
        byte[] plain = read(name);
        String type = Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
        return new File(type, "\"" + Sha256.hex(plain, 16), plain, gzip(plain));
    }

    private static byte[] read(String name) {
        try (InputStream in = StaticFiles.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page/" + name + " is missing from this build");
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
