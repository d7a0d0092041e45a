package dev.drover.functions.training;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.drover.functions.api.edge.ApiHandler;
import dev.drover.functions.lambda.Wiring;

/**
 * The API's function, which beside each event applies a segment of {@link StandInAws}: so the
 * archive knows what that needs, too, and no state learns of it.
 *
 * <p>Idempotency key: none is needed, it changes nothing.
 */
public final class TrainingHandler
    implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {
  private final ApiHandler api = new ApiHandler();
  private final SegmentTraining segments;

  /** Called by Lambda. */
  public TrainingHandler() {
    // Before its clients are made, which ask once where their service is.
    StandInAws.start();
    Wiring wiring = new Wiring();
    this.segments = new SegmentTraining(wiring.objects(), wiring.blocks());
  }

  @Override
  public APIGatewayProxyResponseEvent handleRequest(
      APIGatewayProxyRequestEvent event, Context context) {
    segments.applyOne();
    return api.handleRequest(event, context);
  }
}
