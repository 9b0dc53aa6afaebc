package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PublicApiTest {
    private static Set<String> publicTypes(String ofPackage) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ofPackage).stream()
                        .filter(type -> type.getPackageName().equals(ofPackage))
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet());
    }

    @Test
    void userHasAtMostTwentyTypesToLearn() {
        assertThat(publicTypes("io.broker4j")).contains("Broker", "Topic").hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void theEngineHasOneDoor() {
        assertThat(publicTypes("io.broker4j.engine")).containsExactly("Engine");
    }

    @Test
    void transportAuthorSeesOnlyWhatATransportNeeds() {
        assertThat(publicTypes("io.broker4j.spi"))
                .containsExactlyInAnyOrder(
                        "Frame",
                        "Groups",
                        "Inlet",
                        "Limits",
                        "Log",
                        "Locator",
                        "Outlet",
                        "Receiver",
                        "Settings",
                        "TopicFilter",
                        "Transport",
                        "TransportProvider");
    }
}
