package dev.drover.local.acceptance;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** The main job on the cloud that needs no Docker. */
@Isolated("counts the puts of the whole cloud")
@ExtendWith(SharedCloud.class)
class MiniStackMainJobIT extends MainJobContract {}
