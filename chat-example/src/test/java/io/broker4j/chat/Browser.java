package io.broker4j.chat;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium of its own, for people who have one. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(ChatClient.PATIENCE_SECONDS);

    private final Path profile;
    private final ChromeDriver driver;

    private Browser(Path chromium, Path chromedriver) {
        try {
            profile = Files.createTempDirectory("broker4j-chromium-");
        } catch (IOException noPlace) {
            throw new UncheckedIOException(noPlace);
        }
        // With its path given the driver is not looked for on the network.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.toFile())
                .build();
        driver = new ChromeDriver(service, options(chromium, profile));
        driver.manage().timeouts().pageLoadTimeout(PATIENCE).scriptTimeout(PATIENCE);
    }

    /** Skips the test where there is no browser, but never where changes are checked ({@code CI=true}). */
    static Browser open() {
        Optional<Path> chromium = onPath("chromium", "google-chrome", "chrome");
        Optional<Path> chromedriver = onPath("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing = "no chromium and chromedriver on the PATH: the page is not tested";
            return "true".equals(System.getenv("CI")) ? fail(missing) : abort(missing);
        }
        return new Browser(chromium.get(), chromedriver.get());
    }

    private static Optional<Path> onPath(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static ChromeOptions options(Path chromium, Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.setCapability("goog:loggingPrefs", logs);
        return options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-default-apps",
                "--disable-extensions",
                "--metrics-recording-only",
                "--user-data-dir=" + profile);
    }

    /** Opens an address in a tab of its own, which becomes the current one; to be given to {@link #to}. */
    String open(String address) {
        driver.switchTo().newWindow(WindowType.TAB);
        driver.get(address);
        return driver.getWindowHandle();
    }

    void to(String tab) {
        driver.switchTo().window(tab);
    }

    /** Closes all tabs but the first, which is empty. */
    void closeTabs() {
        List<String> tabs = List.copyOf(driver.getWindowHandles());
        for (String tab : tabs.subList(1, tabs.size())) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(tabs.get(0));
    }

    /** Waits until there is one that is shown. */
    WebElement find(String selector) {
        return new WebDriverWait(driver, PATIENCE)
                .withMessage("nothing shown matches " + selector)
                .until(any -> driver.findElements(By.cssSelector(selector)).stream()
                        .filter(WebElement::isDisplayed)
                        .findFirst()
                        .orElse(null));
    }

    /** Waits until there is one, in view or scrolled away. */
    void await(String selector) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage("nothing matches " + selector)
                .until(any -> !driver.findElements(By.cssSelector(selector)).isEmpty());
    }

    /** The text of all that match, as it is in the document: spaces and invisible characters included. */
    List<String> texts(String selector) {
        Object texts = driver.executeScript(
                "return Array.from(document.querySelectorAll(arguments[0]), element => element.textContent)", selector);
        return ((List<?>) Objects.requireNonNull(texts))
                .stream().map(String::valueOf).toList();
    }

    /** Does what only a script can, such as scrolling to an exact place. */
    void run(String script) {
        driver.executeScript(script);
    }

    /** What has been complained about since the last call. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        try {
            driver.quit();
        } finally {
            delete(profile);
        }
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                    Files.deleteIfExists(emptied);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
