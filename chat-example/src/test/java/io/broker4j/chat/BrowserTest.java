package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.inmemory.InMemoryMedium;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page, on two servers that share a medium. */
class BrowserTest {
    private static final String HOSTILE_NAME = "<b onclick=alert(1)>Eve</b>\u202E";
    private static final String HOSTILE_TEXT =
            "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script> \u202Eabc __proto__ &amp; {{1}}";

    private final InMemoryMedium medium = InMemoryMedium.named(UUID.randomUUID().toString());
    private final List<Broker> brokers = new ArrayList<>();
    private ChatServer first;
    private ChatServer second;

    private static Browser browser;

    @BeforeAll
    static void openBrowser() {
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        first = ChatServer.start(ChatConfig.local("first"), broker());
        second = ChatServer.start(ChatConfig.local("second"), broker());
    }

    @AfterEach
    void stop() {
        try {
            browser.complaints(); // each test has its own
            browser.closeTabs();
        } finally {
            first.close();
            second.close();
            brokers.forEach(Broker::close);
            medium.close();
        }
    }

    private Broker broker() {
        Broker broker = Broker.open(medium.locator());
        brokers.add(broker);
        return broker;
    }

    @Test
    void whatIsSaidOnOneServerIsSeenOnTheOtherExactlyAsItWasWritten() {
        String ada = enter(first, "Ada");
        assertThat(browser.find("#node").getText()).isEqualTo("first");
        String eve = enter(second, HOSTILE_NAME);
        assertThat(browser.find("#node").getText()).isEqualTo("second");

        say(HOSTILE_TEXT);
        browser.find(".message[data-own=true][data-state=sent]");
        browser.to(ada);
        browser.find(".message[data-own=false] .text");
        assertThat(browser.texts(".message .text")).isEqualTo(List.of(HOSTILE_TEXT));
        assertThat(browser.texts(".message .name")).isEqualTo(List.of(HOSTILE_NAME));

        say("hello back");
        assertThat(browser.complaints()).isEmpty();
        browser.to(eve);
        browser.find(".message[data-own=false] .text");
        assertThat(browser.texts(".message .text")).isEqualTo(List.of(HOSTILE_TEXT, "hello back"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoComesLaterSeesWhatWasSaidAndPagesBackToTheBeginning() {
        append(0, 120);
        enter(first, "Ada");
        browser.find("[data-cid=c119]");
        browser.await(".message .day");
        assertThat(browser.texts(".message .text")).endsWith("text 118", "text 119");
        for (int i = 0; i < 3; i++) {
            browser.run("document.getElementById('log').scrollTop = -1e6");
            browser.await("#rows[data-older=more], #rows[data-older=end]");
        }
        browser.run("document.getElementById('log').scrollTop = -1e6");
        browser.await("#rows[data-older=end]");
        assertThat(browser.texts(".message .text")).isEqualTo(texts(0, 120));
        append(120, 121);
        assertThat(browser.find("#new-messages").getText()).contains("1 new message");
        browser.find("#new-messages").click();
        browser.find("[data-cid=c120]");
        assertThat(browser.texts("#new-messages:not([hidden])")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void howeverFarItGoesBackThePageHoldsABoundedNumberOfRowsAndComesBackToTheLatest() {
        append(0, 700);
        enter(first, "Ada");
        browser.find("[data-cid=c699]");
        for (int i = 0; i < 40 && browser.texts("#rows[data-older=end]").isEmpty(); i++) {
            browser.run("document.getElementById('log').scrollTop = -1e6");
            browser.await("#rows[data-older=more], #rows[data-older=end]");
        }
        assertThat(browser.texts(".message .text")).isEqualTo(texts(0, 400));
        append(700, 701);
        browser.find("#new-messages").click();
        browser.find("[data-cid=c700]");
        assertThat(browser.texts(".message .text")).endsWith("text 699", "text 700");
        assertThat(browser.texts(".message .text").size()).isLessThanOrEqualTo(400);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoWasAwayIsShownWhatItMissedAndWhatItWroteMeanwhileIsSentOnce() throws Exception {
        append(0, 3);
        enter(first, "Ada");
        browser.find("[data-cid=c2]");
        int port = first.address().getPort();
        first.close();
        browser.find("#banner");
        say("written meanwhile");
        browser.find(".message[data-state=pending]");
        append(3, 6);
        first = ChatServer.start(ChatConfig.local("again").withPort(port), broker());
        browser.find(".message[data-own=true][data-state=sent]");
        browser.await(".notice[data-kind=recovered]");
        assertThat(browser.texts(".message .text"))
                .containsExactly("text 0", "text 1", "text 2", "text 3", "text 4", "text 5", "written meanwhile");
        assertThat(browser.texts(".notice[data-kind=away]")).isEmpty();
    }

    private void append(int from, int to) {
        Identity eve = new Identity("0123456789abcdef", "Eve");
        for (int i = from; i < to; i++) {
            brokers.get(0)
                    .publisher(RoomLog.topic("lobby", Timings.DEFAULTS.idleRoom()))
                    .publish(ServerFrames.msg("lobby", 1_000_000L * i, eve, "c" + i, "text " + i))
                    .join();
        }
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "text " + i).toList();
    }

    private static String enter(ChatServer server, String name) {
        String tab = browser.open("http://127.0.0.1:" + server.address().getPort() + "/");
        browser.find("#name").sendKeys(name);
        browser.find("#name-save").click();
        browser.find("#status[data-state=online]");
        return tab;
    }

    private static void say(String text) {
        browser.find("#text").sendKeys(text + Keys.ENTER);
    }
}
