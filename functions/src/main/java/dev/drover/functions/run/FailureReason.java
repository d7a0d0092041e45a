package dev.drover.functions.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.drover.functions.state.Run;
import dev.drover.protocol.Shortened;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a run made no AMI.
 *
 * @param code an exception's class, {@code Connector.SourceChanged}, {@code States.Timeout}, …
 * @param sentence for people
 */
public record FailureReason(String code, String sentence) {
  /** A sentence is read by people, and a trace is none. */
  private static final int MAX_SENTENCE_CHARS = 1_000;

  /** What a connector's codes begin with. */
  private static final String OF_CONNECTOR = "Connector.";

  private static final Pattern ENDED = Pattern.compile("[.!?…]\\s*$");

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The reason in a state machine's error and cause. The cause of a function that threw is JSON
   * with the exception's message and trace: only the message is for people.
   */
  public static FailureReason of(@Nullable String error, @Nullable String cause) {
    String code = error == null || error.isBlank() ? "Drover.Unknown" : error;
    String sentence = cause == null ? "" : messageIn(cause).strip();
    return new FailureReason(
        code,
        sentence.isEmpty()
            ? "The run stopped with " + code + "."
            : Shortened.shown(sentence, MAX_SENTENCE_CHARS));
  }

  /** A reason that was found where it arose beats what followed from it. */
  FailureReason unlessKnown(Run.Outcome outcome) {
    String knownCode = outcome.failureCode();
    String knownSentence = outcome.statusMessage();
    return knownCode == null || knownSentence == null
        ? this
        : new FailureReason(knownCode, knownSentence);
  }

  /** The same, with more to be said of it. */
  FailureReason with(List<String> sentences) {
    return sentences.isEmpty()
        ? this
        : new FailureReason(code, ended() + " " + String.join(" ", sentences));
  }

  /** Whether it is a connector that gave up. */
  boolean isOfConnector() {
    return code.startsWith(OF_CONNECTOR);
  }

  /** The sentence with its full stop, so that another can follow. */
  String ended() {
    return ENDED.matcher(sentence).find() ? sentence : sentence + ".";
  }

  private static String messageIn(String cause) {
    if (!cause.stripLeading().startsWith("{")) {
      return cause;
    }
    try {
      JsonNode message = JSON.readTree(cause).get("errorMessage");
      return message == null || !message.isTextual() ? cause : message.textValue();
    } catch (JsonProcessingException e) {
      // Step Functions cuts a cause after 32,768 characters: then it is shown as it is.
      return cause;
    }
  }
}
