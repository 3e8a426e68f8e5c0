export const Bad = () => <p title={1}>x</p>;
