package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a build with such versions is told; {@code .ci/consumers} runs two of them. */
class LibraryVersionsTest {

    @ParameterizedTest
    @CsvSource({
        "7.5.0, 7.5.0, false",
        "7.5.0.RELEASE, 7.5.0, false",
        "7.10.0.RELEASE, 7.5.0, false",
        "8.0.0.RC1, 7.5.0, false",
        "7.4.9.RELEASE, 7.5.0, true",
        "6.8.1.RELEASE, 7.5.0, true",
        "4.1.121.Final, 4.2.0, true",
        "4.2.0.Alpha1, 4.2.0, false",
        "4.2-SNAPSHOT, 4.2.0, true",
        "'', 4.2.0, false",
        "unknown, 4.2.0, false",
    })
    void versionsAreComparedNumberByNumber(String version, String oldest, boolean older) {
        assertThat(LibraryVersions.isOlder(version, oldest)).isEqualTo(older);
    }

    @Test
    void theMessageNamesWhatWasFoundWhatIsNeededAndTheProperties() {
        assertThat(LibraryVersions.defect("6.5.5.RELEASE", "4.1.121.Final"))
                .contains("Lettuce 6.5.5.RELEASE", "at least 7.5.0", "Netty 4.1.121.Final", "at least 4.2.0")
                .contains("lettuce.version to " + LibraryVersions.LETTUCE, "netty.version to " + LibraryVersions.NETTY);
        assertThat(LibraryVersions.defect("6.8.1.RELEASE", "4.2.7.Final"))
                .contains("Lettuce 6.8.1")
                .doesNotContain("Netty 4.2.7");
        assertThat(LibraryVersions.defect("7.7.0.RELEASE", "4.1.121.Final"))
                .contains("Netty 4.1.121")
                .doesNotContain("Lettuce 7.7.0.RELEASE, at least");
    }

    @Test
    void whatTellsNoVersionIsTakenToBeNewEnough() {
        assertThat(LibraryVersions.defect("", "")).isEmpty();
    }

    @Test
    void theBuildsOwnVersionsAreTheRecommendedOnes() throws IOException {
        String pom = Files.readString(Path.of("../pom.xml"));
        assertThat(pom)
                .contains("<lettuce.version>" + LibraryVersions.LETTUCE + "<")
                .contains("<netty.version>" + LibraryVersions.NETTY + "<");
        assertThatCode(LibraryVersions::check).doesNotThrowAnyException();
    }
}
