package dev.drover.local.simulation.asl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** JSON with JSONata strings in it, <code>"{% … %}"</code>, each of which becomes its value. */
sealed interface Template {
  /**
   * The JSON with its values.
   *
   * @throws StateError.Raised States.QueryEvaluationError
   */
  @Nullable Object evaluate(Bindings bindings);

  /** Whether one of its expressions is so. */
  boolean any(Predicate<Expression> condition);

  /** JSON without expressions. */
  record Constant(@Nullable Object value) implements Template {
    @Override
    public @Nullable Object evaluate(Bindings bindings) {
      return value;
    }

    @Override
    public boolean any(Predicate<Expression> condition) {
      return false;
    }
  }

  /** One expression. */
  record Query(Expression expression) implements Template {
    @Override
    public @Nullable Object evaluate(Bindings bindings) {
      return expression.evaluate(bindings);
    }

    @Override
    public boolean any(Predicate<Expression> condition) {
      return condition.test(expression);
    }
  }

  /** An object. */
  record Members(Map<String, Template> members) implements Template {
    @Override
    public Map<String, @Nullable Object> evaluate(Bindings bindings) {
      Map<String, @Nullable Object> values = LinkedHashMap.newLinkedHashMap(members.size());
      members.forEach((name, template) -> values.put(name, template.evaluate(bindings)));
      return values;
    }

    @Override
    public boolean any(Predicate<Expression> condition) {
      return members.values().stream().anyMatch(member -> member.any(condition));
    }
  }

  /** An array. */
  record Elements(List<Template> elements) implements Template {
    @Override
    public List<@Nullable Object> evaluate(Bindings bindings) {
      List<@Nullable Object> values = new ArrayList<>(elements.size());
      elements.forEach(element -> values.add(element.evaluate(bindings)));
      return values;
    }

    @Override
    public boolean any(Predicate<Expression> condition) {
      return elements.stream().anyMatch(element -> element.any(condition));
    }
  }

  /**
   * Reads a template.
   *
   * @param field where it stands, for errors
   */
  static Template of(@Nullable Object json, String field) {
    return switch (json) {
      case String text when text.startsWith("{%") && text.endsWith("%}") ->
          new Query(new Expression(text.substring(2, text.length() - 2), field));
      case Map<?, ?> map -> {
        Map<String, Template> members = new LinkedHashMap<>();
        map.forEach((name, value) -> members.put((String) name, of(value, field + "/" + name)));
        yield new Members(members);
      }
      case List<?> list -> {
        List<Template> elements = new ArrayList<>();
        for (Object element : list) {
          elements.add(of(element, field + "[" + elements.size() + "]"));
        }
        yield new Elements(elements);
      }
      case null, default -> new Constant(json);
    };
  }
}
