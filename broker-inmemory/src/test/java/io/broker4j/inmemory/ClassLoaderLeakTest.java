package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.lang.ref.WeakReference;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An application that used the library on threads of its container can be unloaded, since nothing stays with the threads. */
class ClassLoaderLeakTest {

    /** Runs on a thread that outlives it, in the class loader that is to be unloaded. */
    public static final class Application implements Callable<Void> {
        @Override
        public Void call() throws Exception {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(Application.class.getClassLoader());
            try {
                publishAndSubscribe();
                return null;
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private static void publishAndSubscribe() throws Exception {
            Topic<String> topic = Topic.text("leak.t");
            CompletableFuture<String> heard = new CompletableFuture<>();
            CompletableFuture<String> heardInline = new CompletableFuture<>();
            try (Broker broker = Broker.open("memory:")) {
                broker.subscribe(topic, message -> heard.complete(message.payload()))
                        .join();
                broker.subscribe(topic, SubscribeOptions.DEFAULTS.inline(), message -> {
                            broker.publisher(Topic.text("leak.u")).publish("nested");
                            heardInline.complete(message.payload());
                        })
                        .join();
                broker.publisher(topic).publish("hello").join();
                heard.get(30, TimeUnit.SECONDS);
                heardInline.get(30, TimeUnit.SECONDS);
            }
        }
    }

    /** JDK 17 remembers the types of the last record whose methods it made, and so their class loader. JDK 25 keeps them in caches of soft references. */
    private record LastRecord(ClassLoaderLeakTest test) {}

    @Test
    void publishingOnAContainersThreadDoesNotKeepTheApplicationsClassLoader() throws Exception {
        ExecutorService container = Executors.newSingleThreadExecutor();
        try {
            WeakReference<ClassLoader> application = runIn(container);
            assertThat(new LastRecord(this))
                    .isEqualTo(new LastRecord(this))
                    .hasToString("LastRecord[test=" + this + "]");
            assertThat(new LastRecord(this)).hasSameHashCodeAs(new LastRecord(this));
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                System.gc();
                assertThat(application.get()).isNull();
            });
        } finally {
            container.shutdown();
        }
    }

    private static WeakReference<ClassLoader> runIn(ExecutorService container) throws Exception {
        try (URLClassLoader loader = LoadingTest.copyOfTheLibrary()) {
            Callable<?> application = (Callable<?>) loader.loadClass(Application.class.getName())
                    .getConstructor()
                    .newInstance();
            container.submit(application).get(30, TimeUnit.SECONDS);
            return new WeakReference<>(loader);
        }
    }
}
