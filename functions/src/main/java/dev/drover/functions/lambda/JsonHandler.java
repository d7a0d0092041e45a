package dev.drover.functions.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A function that a state machine, a schedule or a rule invokes with JSON: decode into a record,
 * call the feature, encode what it answers.
 *
 * <p>What AWS says will pass (throttling, a 5xx, a lost connection, two transactions at once)
 * leaves as {@link TransientException}, which the state machine retries by name.
 *
 * @param <I> a record, the input; unknown fields are ignored
 * @param <O> a record, the answer
 */
public abstract class JsonHandler<I, O> implements RequestStreamHandler {
  private final Class<I> inputType;
  private final Function<I, O> feature;

  /** Puts a feature behind JSON. */
  protected JsonHandler(Class<I> inputType, Function<I, O> feature) {
    this.inputType = inputType;
    this.feature = feature;
  }

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    I decoded = MessageJson.read("the function's input", input.readAllBytes(), inputType);
    output.write(MessageJson.write(call(decoded)));
  }

  private O call(I input) {
    try {
      return feature.apply(input);
    } catch (SdkException e) {
      throw TransientException.orItself(e);
    }
  }
}
