package dev.drover.functions;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.drover.functions.lambda.Wiring;
import org.junit.jupiter.api.Test;

/** Which room knows which, each edge with its reason. */
final class FunctionsRulesTest {
  private static final String BASE = "dev.drover.functions.";
  private static final String SDK = "software.amazon.awssdk..";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.drover.functions");

  @Test
  void packages_haveNoCycles() {
    slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void awsSdk_isKnownToTheAdaptersAndTheirWiringOnly() {
    noClasses()
        .that(not(resideInAnyPackage(BASE + "aws..", BASE + "state..", BASE + "api..")))
        .and(not(belongToAnyOf(Wiring.class)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SDK)
        .because("features speak with the ports of account, so that they run without AWS")
        .check(CLASSES);
  }

  @Test
  void state_knowsOfTheSdkOnlyDynamoDb() {
    noClasses()
        .that()
        .resideInAPackage(BASE + "state..")
        .should()
        .dependOnClassesThat(
            sdkButFor(
                "software.amazon.awssdk.services.dynamodb..",
                "software.amazon.awssdk.core..",
                "software.amazon.awssdk.awscore.."))
        .because("the table is its own adapter, and reaches nothing but the table")
        .check(CLASSES);
  }

  @Test
  void api_knowsOfTheSdkOnlyTheShapesOfSms() {
    noClasses()
        .that()
        .resideInAPackage(BASE + "api..")
        .should()
        .dependOnClassesThat(
            sdkButFor(
                "software.amazon.awssdk.services.sms.model..",
                "software.amazon.awssdk.core",
                "software.amazon.awssdk.core.protocol..",
                "software.amazon.awssdk.core.traits..",
                "software.amazon.awssdk.utils.builder.."))
        .because(
            "the model classes of SMS are the wire format that clients of SMS speak;"
                + " the API answers in it and calls nobody")
        .check(CLASSES);
  }

  @Test
  void adapters_areKnownToTheWiringOnly() {
    noClasses()
        .that(not(resideInAPackage(BASE + "aws..")))
        .and(not(belongToAnyOf(Wiring.class)))
        // The table is its own adapter and translates errors as the others do.
        .and()
        .doNotHaveFullyQualifiedName(BASE + "state.Table")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(BASE + "aws..")
        .because("who takes a port takes a double as well")
        .check(CLASSES);
  }

  @Test
  void wiring_isKnownToHandlersOnly() {
    noClasses()
        .that(not(belongToAnyOf(Wiring.class)))
        .and()
        .haveSimpleNameNotEndingWith("Handler")
        .should()
        .dependOnClassesThat(belongToAnyOf(Wiring.class))
        .because("a handler puts its feature together in one place; the feature takes its parts")
        .check(CLASSES);
  }

  @Test
  void ports_knowNothingOfOursButTheProtocol() {
    classes()
        .that()
        .resideInAPackage(BASE + "account..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(BASE + "account..", "dev.drover.protocol..", "java..", "org.jspecify..")
        .because("everything stands on the ports")
        .check(CLASSES);
  }

  @Test
  void adapters_knowNothingOfOursButThePortsAndTheProtocol() {
    noClasses()
        .that()
        .resideInAPackage(BASE + "aws..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.drover.functions..")
                .and(not(resideInAnyPackage(BASE + "aws..", BASE + "account.."))))
        .because("an adapter translates one service of AWS, and decides nothing")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> sdkButFor(String... packages) {
    return resideInAPackage(SDK).and(not(resideInAnyPackage(packages)));
  }
}
