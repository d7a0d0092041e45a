package dev.drover.connector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.drover.connector.folder.FolderSource;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.vsphere.VsphereSource;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would otherwise creep in. */
class ConnectorRulesTest {
  private static final String ROOT_CLASSES = ".*(Main|Wiring)";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.drover.connector");

  /** Rules about modules that are not on the class path would all pass. */
  @ParameterizedTest
  @ValueSource(
      classes = {ServerSource.class, FolderSource.class, VsphereSource.class, ConnectorMain.class})
  void classes_ofEveryModule_areSeen(Class<?> ofModule) {
    assertThat(CLASSES.contain(ofModule)).isTrue();
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("dev.drover.connector.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void awsSdk_isKnownToAdaptersOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.drover.connector.aws..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(CLASSES);
  }

  @Test
  void port_knowsTheProtocolAndWordsOnly() {
    classes()
        .that()
        .resideInAPackage("dev.drover.connector.source..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.drover.connector.source..",
            "dev.drover.connector.words..",
            "dev.drover.protocol..",
            "java..",
            "org.jspecify..")
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "vsphere"})
  void source_isKnownToTheWiringOnly(String source) {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.drover.connector." + source + "..")
        .and()
        .haveNameNotMatching(ROOT_CLASSES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.drover.connector." + source + "..")
        .check(CLASSES);
  }

  @Test
  void clientsClockAndEnvironment_areMadeInTheWiringOnly() {
    noClasses()
        .that()
        .haveNameNotMatching(ROOT_CLASSES)
        .should()
        .callMethodWhere(
            DescribedPredicate.describe("an SDK client's builder", ConnectorRulesTest::isBuilder))
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .check(CLASSES);
  }

  private static boolean isBuilder(JavaMethodCall call) {
    return call.getName().equals("builder")
        && call.getTargetOwner().getSimpleName().endsWith("Client");
  }
}
