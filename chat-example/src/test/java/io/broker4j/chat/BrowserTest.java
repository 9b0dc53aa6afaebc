package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.testkit.RedisServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page, on two servers that share a Redis. */
class BrowserTest {
    private static final String HOSTILE_NAME = "<b onclick=alert(1)>Eve</b>\u202E";
    private static final String HOSTILE_TEXT =
            "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script> \u202Eabc __proto__ &amp; {{1}}";

    @Test
    void whatIsSaidOnOneServerIsSeenOnTheOtherExactlyAsItWasWritten() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Broker firstBroker = Broker.open(redis.uri());
                Broker secondBroker = Broker.open(redis.uri());
                ChatServer first = ChatServer.start(ChatConfig.local("first"), firstBroker);
                ChatServer second = ChatServer.start(ChatConfig.local("second"), secondBroker);
                Browser browser = Browser.open()) {
            String ada = enter(browser, first, "Ada");
            assertThat(browser.find("#node").getText()).isEqualTo("first");
            String eve = enter(browser, second, HOSTILE_NAME);
            assertThat(browser.find("#node").getText()).isEqualTo("second");

            say(browser, HOSTILE_TEXT);
            browser.find(".message[data-own=true][data-state=sent]");
            browser.to(ada);
            browser.find(".message[data-own=false] .text");
            assertThat(browser.texts(".message .text")).isEqualTo(List.of(HOSTILE_TEXT));
            assertThat(browser.texts(".message .name")).isEqualTo(List.of(HOSTILE_NAME));

            say(browser, "hello back");
            assertThat(browser.complaints()).isEmpty();
            browser.to(eve);
            browser.find(".message[data-own=false] .text");
            assertThat(browser.texts(".message .text")).isEqualTo(List.of(HOSTILE_TEXT, "hello back"));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static String enter(Browser browser, ChatServer server, String name) {
        String tab = browser.open("http://127.0.0.1:" + server.address().getPort() + "/");
        browser.find("#name").sendKeys(name);
        browser.find("#name-save").click();
        browser.find("#status[data-state=online]");
        return tab;
    }

    private static void say(Browser browser, String text) {
        browser.find("#text").sendKeys(text + Keys.ENTER);
    }
}
