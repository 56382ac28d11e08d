export const createKafkaLog = (): never => { throw new Error('not yet'); };
