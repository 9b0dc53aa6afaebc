package io.broker4j;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
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
    void packagesDependOnEachOtherInOneDirection() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.broker4j..");
        assertThat(all).isNotEmpty();
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy("io.broker4j")
                .layer("spi")
                .definedBy("io.broker4j.spi")
                .layer("engine")
                .definedBy("io.broker4j.engine")
                .whereLayer("engine")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("spi")
                .mayOnlyBeAccessedByLayers("engine")
                .check(all);
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
