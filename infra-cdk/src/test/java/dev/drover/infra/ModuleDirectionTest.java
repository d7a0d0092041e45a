package dev.drover.infra;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShould;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fails the build when a dependency points against the data flow, or when something of the world
 * (environment, clock, clients) is fetched elsewhere than where a deployable is wired.
 */
class ModuleDirectionTest {
  private static final String BASE = "dev.drover";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(BASE);

  /** Rules about modules that are not on the class path would all pass. */
  @ParameterizedTest
  @ValueSource(strings = {"protocol", "connector", "functions", "infra"})
  void classes_ofEveryModule_areSeen(String module) {
    assertThat(CLASSES).anyMatch(seen -> seen.getPackageName().startsWith(BASE + "." + module));
  }

  @TestFactory
  Stream<DynamicTest> rules() {
    return Stream.of(
            modulesPointDownwards(),
            noCyclesBetween(BASE + ".(*).."),
            noCyclesBetween(BASE + ".connector.(*).."),
            noCyclesBetween(BASE + ".functions.(*).."),
            noneInPackage("protocol")
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon..", "com.amazonaws..")
                .because("the protocol is read by both sides and by tools that have no AWS SDK"),
            noneInPackage("infra")
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .because("the CDK app describes; it calls nothing"),
            noClasses()
                .that(areNot("a handler", name -> name.endsWith("Handler")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.amazonaws.services.lambda.runtime..")
                .because("Lambda is a delivery detail; the logic must run without it"),
            noClasses()
                .that(areNot("wiring", ModuleDirectionTest::isWiring))
                .should()
                .callMethodWhere(
                    describe("an SDK client's builder", ModuleDirectionTest::buildsClient))
                .because(
                    "clients are built once, in the wiring, so that a cold start is one place"),
            noClasses()
                .that(areNot("wiring", ModuleDirectionTest::isWiring))
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .because("the world comes in at one place, so that a test can put another there"),
            noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helpers?|Common|Misc|Impl)$")
                .because("such names collect unrelated code; name the thing"))
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getDescription(), () -> rule.allowEmptyShould(true).check(CLASSES)));
  }

  private static ArchRule modulesPointDownwards() {
    return layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("protocol")
        .definedBy(BASE + ".protocol..")
        .layer("connector")
        .definedBy(BASE + ".connector..")
        .layer("functions")
        .definedBy(BASE + ".functions..")
        .layer("infra")
        .definedBy(BASE + ".infra..")
        .whereLayer("protocol")
        .mayNotAccessAnyLayer()
        .whereLayer("connector")
        .mayOnlyAccessLayers("protocol")
        .whereLayer("functions")
        .mayOnlyAccessLayers("protocol")
        .whereLayer("infra")
        .mayNotAccessAnyLayer();
  }

  private static ArchRule noCyclesBetween(String packages) {
    return slices().matching(packages).should().beFreeOfCycles();
  }

  private static ClassesShould noneInPackage(String module) {
    return noClasses().that().resideInAPackage(BASE + "." + module + "..").should();
  }

  private static boolean isWiring(String name) {
    return name.endsWith("Wiring") || name.endsWith("Main");
  }

  private static boolean buildsClient(JavaMethodCall call) {
    return call.getName().equals("builder")
        && call.getTargetOwner().getPackageName().startsWith("software.amazon.awssdk")
        && call.getTargetOwner().getSimpleName().endsWith("Client");
  }

  /** By the name of the outermost class: lambdas and nested classes belong to where they stand. */
  private static DescribedPredicate<JavaClass> areNot(String what, Predicate<String> name) {
    return describe(
        "are not " + what,
        javaClass -> {
          String outermost = javaClass.getName().replaceFirst("\\$.*", "");
          return !name.test(outermost.substring(outermost.lastIndexOf('.') + 1));
        });
  }
}
