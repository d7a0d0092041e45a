package dev.drover.functions.api;

import java.util.function.BiFunction;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;

/** One operation: JSON text in, JSON text out. */
@FunctionalInterface
public interface Operation {
  /**
   * Carries the operation out.
   *
   * @throws ApiException when it is refused
   */
  String call(String body, Caller caller);

  /**
   * An operation in terms of its model.
   *
   * @param newRequest an empty builder of the model's request
   * @param requestType what that builder builds
   */
  static <I> Operation of(
      Supplier<? extends SdkPojo> newRequest,
      Class<I> requestType,
      BiFunction<I, Caller, ? extends SdkPojo> feature) {
    return (body, caller) -> {
      I request = requestType.cast(ModelCodec.read(body, newRequest.get()));
      return ModelCodec.write(feature.apply(request, caller));
    };
  }
}
