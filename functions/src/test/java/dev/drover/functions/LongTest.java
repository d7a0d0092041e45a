package dev.drover.functions;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A test that runs with {@code -Ddrover.longTests=true} only. Where it does not run it says so, and
 * why; Surefire shows no reason of its own.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LongTest.Condition.class)
public @interface LongTest {
  /** How long it takes, the end of a sentence: "it …". */
  String value();

  /** Looks at the property. */
  final class Condition implements ExecutionCondition {
    private static final String PROPERTY = "drover.longTests";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), LongTest.class)
          .filter(_ -> !Boolean.getBoolean(PROPERTY))
          .map(test -> skipped(context, test.value()))
          .orElseGet(() -> ConditionEvaluationResult.enabled(PROPERTY));
    }

    private static ConditionEvaluationResult skipped(ExtensionContext context, String why) {
      System.out.println(
          "%s is skipped: it %s (-D%s=true)."
              .formatted(context.getRequiredTestClass().getSimpleName(), why, PROPERTY));
      return ConditionEvaluationResult.disabled(why);
    }
  }
}
