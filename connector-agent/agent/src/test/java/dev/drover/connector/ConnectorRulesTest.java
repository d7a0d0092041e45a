package dev.drover.connector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What would otherwise creep in. */
class ConnectorRulesTest {
  private static final String ROOT_CLASSES = ".*(Main|Wiring)";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.drover.connector");

  @Test
  void packages_haveNoCycles() {
    slices().matching("dev.drover.connector.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void awsSdk_isKnownToAdaptersAndWiringOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.drover.connector.aws..")
        .and()
        .haveNameNotMatching(ROOT_CLASSES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
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
