package dev.drover.local.directions;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fails the build when a dependency points against the data flow, or when something of the world
 * (environment, clock, clients) is fetched elsewhere than where a deployable is wired. It stands
 * alone, so that nobody else waits for all modules.
 */
class ModuleDirectionTest {
  private static final String DROVER = "dev.drover.";
  private static final String PROTOCOL = DROVER + "protocol..";
  private static final String CONNECTOR = DROVER + "connector..";
  private static final String FUNCTIONS = DROVER + "functions..";
  private static final String INFRA = DROVER + "infra..";
  private static final String LOCAL = DROVER + "local..";
  private static final String SIMULATORS = DROVER + "local.simulator..";
  private static final String LAUNCHER = DROVER + "local.launcher..";
  private static final String CLOUD = DROVER + "local.launcher.cloud..";
  private static final String STACK = DROVER + "local.launcher.stack..";
  private static final String DEMO = DROVER + "local.launcher.demo..";
  private static final String COMMAND = DROVER + "local.launcher.command..";
  private static final String BENCH = DROVER + "local.bench..";
  private static final String TORTURE = DROVER + "local.torture..";
  private static final String AWS_SDK = "software.amazon.awssdk..";
  private static final String LAMBDA = "com.amazonaws..";

  private static final String LAMBDA_RUNTIME = "com.amazonaws.services.lambda.runtime";

  /** Who must not use what, and why. */
  private static final List<Edge> FORBIDDEN =
      List.of(
          edge(PROTOCOL, CONNECTOR, "both sides read the protocol; it knows neither"),
          edge(PROTOCOL, FUNCTIONS, "both sides read the protocol; it knows neither"),
          edge(PROTOCOL, INFRA, "the protocol is the same wherever it is deployed"),
          edge(PROTOCOL, AWS_SDK, "tools without an AWS SDK read the protocol, too"),
          edge(PROTOCOL, LAMBDA, "tools without an AWS SDK read the protocol, too"),
          edge(CONNECTOR, FUNCTIONS, "what the two sides tell each other is in the protocol"),
          edge(CONNECTOR, INFRA, "a connector is told by its configuration what was deployed"),
          edge(FUNCTIONS, CONNECTOR, "what the two sides tell each other is in the protocol"),
          edge(FUNCTIONS, INFRA, "a function is told by its environment what was deployed"),
          edge(INFRA, PROTOCOL, "the CDK app describes what is deployed; it takes no part in it"),
          edge(INFRA, CONNECTOR, "the CDK app describes what is deployed; it takes no part in it"),
          edge(INFRA, FUNCTIONS, "the CDK app names handlers; tests hold the names to the classes"),
          edge(INFRA, AWS_SDK, "the CDK app describes; it calls nothing"),
          edge(PROTOCOL, LOCAL, "what is deployed does not know that a local cloud exists"),
          edge(CONNECTOR, LOCAL, "what is deployed does not know that a local cloud exists"),
          edge(FUNCTIONS, LOCAL, "what is deployed does not know that a local cloud exists"),
          edge(INFRA, LOCAL, "a local deployment is a setting, not another program"),
          edge(
              SIMULATORS, PROTOCOL, "a simulator that shares code with Drover shares its mistakes"),
          edge(
              SIMULATORS,
              CONNECTOR,
              "a simulator that shares code with Drover shares its mistakes"),
          edge(
              SIMULATORS,
              FUNCTIONS,
              "a simulator that shares code with Drover shares its mistakes"),
          edge(SIMULATORS, INFRA, "a simulator that shares code with Drover shares its mistakes"),
          edge(SIMULATORS, LAUNCHER, "a simulator runs wherever it is started"),
          edge(
              SIMULATORS, AWS_SDK, "a simulator knows AWS from its documents, not from its client"),
          edge(LAUNCHER, PROTOCOL, "the launcher sees of Drover what a user sees"),
          edge(LAUNCHER, CONNECTOR, "the launcher starts the connector as a process"),
          edge(LAUNCHER, FUNCTIONS, "the launcher deploys the functions as a file"),
          edge(LAUNCHER, INFRA, "the launcher runs the CDK app by the CDK CLI"),
          edge(LAUNCHER, SIMULATORS, "the launcher starts a simulator as a process"),
          edge(LAUNCHER, BENCH, "what is measured does not know that it is"),
          edge(LAUNCHER, TORTURE, "what is tortured does not know that it is"),
          edge(TORTURE, CONNECTOR, "what is tortured is processes, seen from outside"),
          edge(TORTURE, FUNCTIONS, "what is tortured is processes, seen from outside"),
          edge(TORTURE, SIMULATORS, "a simulator is told its faults at the wire"),
          edge(BENCH, FUNCTIONS, "a whole run is measured as its users see it"),
          edge(BENCH, SIMULATORS, "a whole run is measured as its users see it"),
          edge(CLOUD, STACK, "servers run whatever is deployed to them"),
          edge(CLOUD, DEMO, "servers run whatever is deployed to them"),
          edge(CLOUD, COMMAND, "a cloud does not know who starts it"),
          edge(STACK, DEMO, "a stack does not know what it is used for"),
          edge(STACK, COMMAND, "a stack does not know who starts it"),
          edge(DEMO, COMMAND, "the demo does not know who starts it"));

  /** Packages below which no two depend on each other in a circle. */
  private static final List<String> WITHOUT_CIRCLES =
      List.of(
          DROVER,
          DROVER + "connector.",
          DROVER + "functions.",
          DROVER + "local.launcher.",
          DROVER + "local.simulator.",
          DROVER + "local.torture.");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // The contracts come as jars: functions-tests.jar, connector-source-…-tests.jar.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.drover");

  /** Rules about modules that are not on the class path would all pass. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "protocol",
        "connector",
        "functions",
        "infra",
        "local.simulator",
        "local.launcher.cloud",
        "local.launcher.stack",
        "local.launcher.demo",
        "local.launcher.command",
        "local.torture"
      })
  void classes_ofEveryModule_areSeen(String module) {
    assertThat(CLASSES).anyMatch(seen -> seen.getPackageName().startsWith(DROVER + module));
  }

  @TestFactory
  Stream<DynamicTest> rules() {
    return directions()
        .map(
            direction ->
                DynamicTest.dynamicTest(
                    direction.rule().getDescription(), () -> direction.rule().check(CLASSES)));
  }

  /** A rule that nothing can break guards nothing. */
  @TestFactory
  Stream<DynamicTest> plantedViolations(@TempDir Path folder) {
    return directions()
        .map(
            direction ->
                DynamicTest.dynamicTest(
                    direction.rule().getDescription(),
                    () -> {
                      JavaClasses planted = planted(direction.violation(), folder);
                      assertThatThrownBy(() -> direction.rule().check(planted))
                          .isInstanceOf(AssertionError.class)
                          .hasMessageContaining(direction.reason());
                    }));
  }

  private static Stream<Direction> directions() {
    return Stream.of(
            FORBIDDEN.stream().map(ModuleDirectionTest::forbids),
            WITHOUT_CIRCLES.stream().map(ModuleDirectionTest::hasNoCircles),
            Stream.of(
                lambdaOnlyInHandlers(),
                clientsOnlyInWiring(),
                theWorldOnlyInWiring(),
                namesThatSaySomething()))
        .flatMap(direction -> direction);
  }

  /**
   * A package that must not use another.
   *
   * @param from as ArchUnit writes a package with all below it: {@code a.b..}
   */
  private record Edge(String from, String to, String reason) {}

  private static Edge edge(String from, String to, String reason) {
    return new Edge(from, to, reason);
  }

  /**
   * A rule, why it stands, and classes that break it.
   *
   * @param reason part of the failure's text
   */
  private record Direction(ArchRule rule, String reason, List<Planted> violation) {
    Direction(ArchRule rule, String reason, Planted... violation) {
      this(rule.because(reason).allowEmptyShould(true), reason, List.of(violation));
    }
  }

  private static Direction forbids(Edge edge) {
    return new Direction(
        noClasses()
            .that()
            .resideInAPackage(edge.from())
            .should()
            .dependOnClassesThat()
            .resideInAPackage(edge.to()),
        edge.reason(),
        Planted.using(inside(edge.from()), inside(edge.to())));
  }

  private static Direction hasNoCircles(String base) {
    return new Direction(
        slices().matching(base + "(*)..").should().beFreeOfCycles(),
        "of two packages in a circle neither can be read, changed or moved alone",
        Planted.using(base + "one.First", base + "two.Second"),
        Planted.using(base + "two.Second", base + "one.First"));
  }

  private static Direction lambdaOnlyInHandlers() {
    return new Direction(
        noClasses()
            .that(areNot("a handler", name -> name.endsWith("Handler")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(LAMBDA_RUNTIME + ".."),
        "Lambda is a delivery detail; the logic must run without it",
        Planted.using(DROVER + "functions.Logic", LAMBDA_RUNTIME + ".Context"));
  }

  private static Direction clientsOnlyInWiring() {
    String client = "software.amazon.awssdk.services.ebs.EbsClient";
    return new Direction(
        noClasses()
            .that()
            .resideOutsideOfPackage(LOCAL)
            .and(areNot("wiring", ModuleDirectionTest::isWiring))
            .should()
            .callMethodWhere(
                describe("an SDK client's builder", ModuleDirectionTest::buildsClient)),
        "clients are built once, in the wiring, so that a cold start is one place",
        Planted.calling(DROVER + "functions.Logic", client, "builder", ConstantDescs.CD_Object));
  }

  private static Direction theWorldOnlyInWiring() {
    return new Direction(
        noClasses()
            .that()
            .resideOutsideOfPackage(LOCAL)
            .and(areNot("wiring", ModuleDirectionTest::isWiring))
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
            .callMethod(Clock.class, "systemUTC"),
        "the world comes in at one place, so that a test can put another there",
        Planted.calling(
            DROVER + "connector.Logic",
            Instant.class.getName(),
            "now",
            ClassDesc.of(Instant.class.getName())));
  }

  private static Direction namesThatSaySomething() {
    return new Direction(
        noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Common|Misc|Impl)$"),
        "such names collect unrelated code; name the thing",
        Planted.using(DROVER + "protocol.StringUtils", String.class.getName()));
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

  /** A class of a package as ArchUnit writes it. */
  private static String inside(String packages) {
    return packages.replace("..", "") + ".Planted";
  }

  private static JavaClasses planted(List<Planted> violation, Path folder) throws IOException {
    Path classes = Files.createTempDirectory(folder, "planted");
    List<Path> files = new ArrayList<>();
    for (Planted planted : violation) {
      Path file = classes.resolve(planted.name() + ".class");
      files.add(Files.write(file, ClassFile.of().build(planted.type(), planted.content())));
    }
    return new ClassFileImporter().importPaths(files);
  }

  /** A class that no compiler would see: it stands in a package that is another module's. */
  private record Planted(String name, Consumer<ClassBuilder> content) {
    /** Has a field of another class. */
    static Planted using(String name, String used) {
      return new Planted(
          name, type -> type.withField("used", ClassDesc.of(used), ClassFile.ACC_PRIVATE));
    }

    /** Calls a static method without parameters. */
    static Planted calling(String name, String owner, String method, ClassDesc returned) {
      return new Planted(
          name,
          type ->
              type.withMethodBody(
                  "call",
                  ConstantDescs.MTD_void,
                  ClassFile.ACC_STATIC,
                  code ->
                      code.invokestatic(ClassDesc.of(owner), method, MethodTypeDesc.of(returned))
                          .pop()
                          .return_()));
    }

    ClassDesc type() {
      return ClassDesc.of(name);
    }
  }
}
