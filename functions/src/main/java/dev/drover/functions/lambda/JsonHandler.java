package dev.drover.functions.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.drover.functions.account.NewerVersionException;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A function that a state machine, a schedule or a rule invokes with JSON: decode into a record,
 * call the feature, encode what it answers.
 *
 * <p>What the feature throws leaves as it is: the state machine retries {@link
 * dev.drover.functions.account.TransientException} and {@link NewerVersionException} by name, and
 * any other class's name is the code of the run's failure. What is of an unknown version is the
 * second of the two.
 *
 * @param <I> a record, the input; unknown fields are ignored
 * @param <O> a record, the answer
 */
public abstract class JsonHandler<I, O> implements RequestStreamHandler {
  private final Class<I> inputType;
  private final BiFunction<I, Context, O> feature;

  protected JsonHandler(Class<I> inputType, Function<I, O> feature) {
    this(inputType, (input, _) -> feature.apply(input));
  }

  /** Of a feature that has to know how much time is left. */
  protected JsonHandler(Class<I> inputType, BiFunction<I, Context, O> feature) {
    this.inputType = inputType;
    this.feature = feature;
  }

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    try {
      I decoded = MessageJson.read("the function's input", input.readAllBytes(), inputType);
      output.write(MessageJson.write(feature.apply(decoded, context)));
    } catch (UnknownVersionException e) {
      throw NewerVersionException.of(e);
    }
  }
}
