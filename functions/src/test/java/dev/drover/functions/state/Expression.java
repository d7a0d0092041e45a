package dev.drover.functions.state;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Evaluates the part of DynamoDB's expression language that our code writes. */
final class Expression {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*([#:]?[A-Za-z_][A-Za-z0-9_]*|<>|<=|>=|[=<>(),+-])");

  /** Our code writes few expressions, and each many times. */
  private static final Map<String, List<String>> READ = new ConcurrentHashMap<>();

  private final List<String> tokens;
  private final Map<String, String> names;
  private final Map<String, AttributeValue> values;
  private final Map<String, AttributeValue> item;
  private int next;

  Expression(
      String text,
      Map<String, String> names,
      Map<String, AttributeValue> values,
      Map<String, AttributeValue> item) {
    this.tokens = READ.computeIfAbsent(text, Expression::read);
    this.names = names;
    this.values = values;
    this.item = item;
  }

  private static List<String> read(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      tokens.add(matcher.group(1));
      end = matcher.end();
    }
    if (end != text.stripTrailing().length()) {
      throw new IllegalArgumentException("cannot read '" + text + "' from " + end);
    }
    return tokens;
  }

  boolean condition() {
    boolean holds = anyOf();
    require(next == tokens.size(), "the end");
    return holds;
  }

  private boolean anyOf() {
    boolean holds = allOf();
    while (accept("OR")) {
      holds |= allOf();
    }
    return holds;
  }

  private boolean allOf() {
    boolean holds = one();
    while (accept("AND")) {
      holds &= one();
    }
    return holds;
  }

  private boolean one() {
    if (accept("NOT")) {
      return !one();
    }
    if (accept("(")) {
      boolean holds = anyOf();
      expect(")");
      return holds;
    }
    if (accept("attribute_exists")) {
      return argument() != null;
    }
    if (accept("attribute_not_exists")) {
      return argument() == null;
    }
    return comparison();
  }

  private @Nullable AttributeValue argument() {
    expect("(");
    AttributeValue value = operand();
    expect(")");
    return value;
  }

  private boolean comparison() {
    AttributeValue left = operand();
    String operator = take();
    if (operator.equals("IN")) {
      return oneOf(left);
    }
    AttributeValue right = operand();
    if (left == null || right == null) {
      return operator.equals("<>");
    }
    int order = compare(left, right);
    return switch (operator) {
      case "=" -> left.equals(right);
      case "<>" -> !left.equals(right);
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> throw new IllegalArgumentException("operator " + operator);
    };
  }

  private boolean oneOf(@Nullable AttributeValue left) {
    expect("(");
    boolean found = false;
    do {
      found |= left != null && left.equals(operand());
    } while (accept(","));
    expect(")");
    return found;
  }

  private static int compare(AttributeValue left, AttributeValue right) {
    if (left.n() != null && right.n() != null) {
      return new BigDecimal(left.n()).compareTo(new BigDecimal(right.n()));
    }
    return left.s() != null && right.s() != null ? left.s().compareTo(right.s()) : 0;
  }

  void update() {
    while (next < tokens.size()) {
      String verb = take();
      do {
        switch (verb) {
          case "SET" -> set();
          case "REMOVE" -> item.remove(name(take()));
          case "ADD" -> add();
          default -> throw new IllegalArgumentException("verb " + verb);
        }
      } while (accept(","));
    }
  }

  private void set() {
    String target = name(take());
    expect("=");
    AttributeValue value = operand();
    if (value == null) {
      throw new IllegalArgumentException("SET " + target + " to nothing");
    }
    item.put(target, value);
  }

  private void add() {
    String target = name(take());
    AttributeValue added = operand();
    if (added == null) {
      throw new IllegalArgumentException("ADD nothing to " + target);
    }
    AttributeValue old = item.get(target);
    BigDecimal sum = new BigDecimal(old == null ? "0" : old.n()).add(new BigDecimal(added.n()));
    item.put(target, AttributeValue.fromN(sum.toPlainString()));
  }

  private @Nullable AttributeValue operand() {
    if (accept("if_not_exists")) {
      expect("(");
      AttributeValue present = operand();
      expect(",");
      AttributeValue otherwise = operand();
      expect(")");
      return present == null ? otherwise : present;
    }
    String token = take();
    if (token.startsWith(":")) {
      AttributeValue value = values.get(token);
      require(value != null, "a value for " + token);
      return value;
    }
    return item.get(name(token));
  }

  private String name(String token) {
    if (!token.startsWith("#")) {
      return token;
    }
    String name = names.get(token);
    if (name == null) {
      throw new IllegalArgumentException("no name for " + token);
    }
    return name;
  }

  private String take() {
    require(next < tokens.size(), "more");
    return tokens.get(next++);
  }

  private boolean accept(String token) {
    if (next < tokens.size() && tokens.get(next).equals(token)) {
      next++;
      return true;
    }
    return false;
  }

  private void expect(String token) {
    require(accept(token), token);
  }

  private void require(boolean condition, String expected) {
    if (!condition) {
      throw new IllegalArgumentException("expected " + expected + " at " + next + " of " + tokens);
    }
  }
}
