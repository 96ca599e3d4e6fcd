// Runs once, after both worlds were started: journeys begin when there is something to see.
import { untilTold } from './world.js';

export default async (config) => {
  await Promise.all(config.projects.map((project) => untilTold(project.metadata.data)));
};
