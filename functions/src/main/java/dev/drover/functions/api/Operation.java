package dev.drover.functions.api;

import java.util.function.BiFunction;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;

/**
 * One operation: how its request is read and who answers it.
 *
 * @param newRequest an empty builder of the model's request
 * @param requestType what that builder builds
 */
public record Operation<I>(
    Supplier<? extends SdkPojo> newRequest,
    Class<I> requestType,
    BiFunction<I, Caller, ? extends SdkPojo> feature) {

  /** Reads the body, calls the feature and writes its answer. */
  public String call(String body, Caller caller) {
    I request = requestType.cast(ModelCodec.read(body, newRequest.get()));
    return ModelCodec.write(feature.apply(request, caller));
  }
}
